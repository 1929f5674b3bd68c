// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

std::unique_ptr<Law> make(const Settings& initial, const Coordinate& coordinate)
{
    const double from = std::isnan(coordinate.from) || initial.has("from") ? initial.number("from") : coordinate.from;
    const double to = std::isnan(coordinate.to) || initial.has("to") ? initial.number("to") : coordinate.to;
    if (!(from < to)) {
        initial.fail("from", "must lie below 'to'");
    }
    const bool whole = coordinate.circle && !initial.has("from") && !initial.has("to");
    return make_uniform(from, to, whole);
}

const bool registered = laws().add(
    {"uniform", "constant density on [from, to], by default on the coordinate's whole range", make,
     {{"problem.initial.from", "number", "-", "", "lower end of the uniform law"},
      {"problem.initial.to", "number", "-", "", "upper end of the uniform law"}}});

}  // namespace
}  // namespace widelimit
