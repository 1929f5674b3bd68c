// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

std::unique_ptr<Law> make_gaussian_law(const Settings& initial, const Coordinate& coordinate)
{
    if (coordinate.circle) {
        initial.fail("law", "the law 'gaussian' is for a line, '" + coordinate.name + "' is a circle");
    }
    return make_gaussian(initial.number("mean"), initial.number("deviation"));
}

const bool gaussian_law_registered = laws().add(
    {"gaussian",
     "normal law",
     make_gaussian_law,
     {{"problem.initial.mean", "number", "0.0", "", "mean of the Gaussian law"},
      {"problem.initial.deviation", "number", "1.0", "> 0", "standard deviation of the Gaussian law"}}});

}  // namespace
}  // namespace widelimit
