// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Calls task(0), ..., task(count - 1), each once, on up to `threads` >= 1 threads (the caller's among them).
/// Indices are handed out in increasing order to whoever is free; a task must write nothing but its own
/// output, so that results do not depend on the number of threads.
///
/// After an exception no further index is handed out; when all threads have finished, the exception of the
/// lowest failing index is thrown, the same for any number of threads.
void parallel_for(Index count, int threads, const std::function<void(Index)>& task);

}  // namespace widelimit
