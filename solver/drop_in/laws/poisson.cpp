// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/poisson.hpp"

namespace widelimit {
namespace {

std::unique_ptr<Law> make_poisson_law(const Settings& initial, const Coordinate& coordinate)
{
    if (!coordinate.circle || std::abs(coordinate.to - coordinate.from - 2.0 * std::numbers::pi) > 1e-12) {
        initial.fail("law",
                     "the law 'poisson' is for a circle of length 2 pi, not for '" + coordinate.name + "'");
    }
    return std::make_unique<Poisson>(coordinate.from, initial.number("radius"), initial.number("centre"));
}

const bool poisson_law_registered =
    laws().add({"poisson",
                "Poisson kernel on a circle, density (1 - r^2) / (2 pi (1 - 2 r cos(x - centre) + r^2))",
                make_poisson_law,
                {{"problem.initial.radius", "number", "0.5", "[0, 1)", "r of the Poisson kernel"},
                 {"problem.initial.centre", "number", "0.0", "", "where the Poisson kernel is largest"}}});

}  // namespace
}  // namespace widelimit
