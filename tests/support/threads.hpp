// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/parallel.hpp"

namespace widelimit::test {

/// Loops use so many threads while it lives, and one again afterwards.
class Threads {
public:
    explicit Threads(int count) { use_threads(count); }
    ~Threads() { use_threads(1); }
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;
};

}  // namespace widelimit::test
