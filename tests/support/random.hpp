// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <random>

#include "widelimit/core/field.hpp"

namespace widelimit::test {

/// Uniform in [from, to], the same for the same seed.
inline Field random_field(Index size, double from, double to, unsigned seed)
{
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> draw(from, to);
    return Field::Zero(size).unaryExpr([&](double) { return draw(random); });
}

}  // namespace widelimit::test
