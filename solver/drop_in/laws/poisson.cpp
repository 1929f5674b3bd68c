// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

constexpr double pi = std::numbers::pi;

/// Density (1 - r^2) / (2 pi (1 - 2 r cos(x - centre) + r^2)).  With y = x - centre and
/// k = (1 + r) / (1 - r), half a turn of y is half a turn of atan(k tan(y / 2)), whose slope is pi times the
/// density.
class Poisson : public Law {
public:
    Poisson(double from, double radius, double centre)
        : Law(from, from + 2.0 * pi), k_((1.0 + radius) / (1.0 - radius)), centre_(centre)
    {}
    double cdf(double x) const override { return between(from(), x); }
    /// tan of a difference, so that the mass of a short piece keeps its digits.
    double between(double lower, double upper) const override
    {
        const double turns = std::floor((upper - lower) / (2.0 * pi));
        const double a = 0.5 * (lower - centre_), b = 0.5 * (upper - centre_) - turns * pi;
        const double angle =
            std::atan2(k_ * std::sin(b - a), std::cos(a) * std::cos(b) + k_ * k_ * std::sin(a) * std::sin(b));
        return turns + angle / pi;
    }

private:
    double k_, centre_;
};

std::unique_ptr<Law> make(const Settings& initial, const Coordinate& coordinate)
{
    if (!coordinate.circle || std::abs(coordinate.to - coordinate.from - 2.0 * pi) > 1e-12) {
        initial.fail("law",
                     "the law 'poisson' is for a circle of length 2 pi, not for '" + coordinate.name + "'");
    }
    return std::make_unique<Poisson>(coordinate.from, initial.number("radius"), initial.number("centre"));
}

const bool registered =
    laws().add({"poisson",
                "Poisson kernel on a circle, density (1 - r^2) / (2 pi (1 - 2 r cos(x - centre) + r^2))",
                make,
                {{"problem.initial.radius", "number", "0.5", "[0, 1)", "r of the Poisson kernel"},
                 {"problem.initial.centre", "number", "0.0", "", "where the Poisson kernel is largest"}}});

}  // namespace
}  // namespace widelimit
