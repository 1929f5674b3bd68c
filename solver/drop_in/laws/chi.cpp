// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

std::unique_ptr<Law> make_chi_law(const Settings& initial, const Coordinate& coordinate)
{
    if (coordinate.circle) {
        initial.fail("law", "the law 'chi' is for distances, '" + coordinate.name + "' is a circle");
    }
    return std::make_unique<Chi>(initial.number("degrees"), initial.number("scale"));
}

const bool chi_law_registered = laws().add(
    {"chi",
     "length of a centred Gaussian vector, density proportional to r^(degrees - 1) exp(-r^2 / (2 scale^2))",
     make_chi_law,
     {{"problem.initial.degrees", "number", "2.0", "[1, 1000000]", "dimension of the Gaussian vector"},
      {"problem.initial.scale", "number", "1.0", "> 0", "standard deviation of its components"}}});

}  // namespace
}  // namespace widelimit
