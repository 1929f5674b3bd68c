// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/poisson.hpp"
#include "widelimit/core/numbers.hpp"

#include <cmath>
#include <numbers>

namespace widelimit {

namespace {}  // namespace

Poisson::Poisson(double from, double radius, double centre)
    : Law(from, from + 2.0 * pi), radius_(radius), centre_(centre)
{}

/// With y = x - centre and k = (1 + r) / (1 - r), half a turn of y is half a turn of atan(k tan(y / 2)),
/// whose slope is pi times the density; tan of a difference, so that the mass of a short piece keeps its
/// digits.
double Poisson::between(double lower, double upper) const
{
    const double k = (1.0 + radius_) / (1.0 - radius_);
    const double turns = std::floor((upper - lower) / (2.0 * pi));
    const double a = 0.5 * (lower - centre_), b = 0.5 * (upper - centre_) - turns * pi;
    const double angle =
        std::atan2(k * std::sin(b - a), std::cos(a) * std::cos(b) + k * k * std::sin(a) * std::sin(b));
    return turns + angle / pi;
}

}  // namespace widelimit
