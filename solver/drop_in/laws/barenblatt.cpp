// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/barenblatt.hpp"

namespace widelimit {
namespace {

Barenblatt of_table(const Settings& initial, const std::vector<Coordinate>& coordinates)
{
    const auto rank = static_cast<Index>(coordinates.size());
    for (const Coordinate& coordinate : coordinates) {
        if (coordinate.circle) {
            initial.fail("law", "the law 'barenblatt' is for lines, '" + coordinate.name + "' is a circle");
        }
    }
    Field middle = Field::Zero(rank);
    if (initial.has("middle")) {
        const std::vector<double> given = initial.numbers("middle");
        if (static_cast<Index>(given.size()) != rank) {
            initial.fail("middle", "expected a number for each of " + std::to_string(rank) + " coordinates");
        }
        middle = Field::Map(given.data(), rank);
    }
    return {middle, initial.number("support"), 1.0 / (initial.number("power") - 1.0)};
}

const bool barenblatt_law_registered =
    laws().add({"barenblatt",
                "density proportional to (1 - |x - middle|^2 / support^2)^(1 / (power - 1)) on a ball of all "
                "coordinates",
                [](const Settings& initial, const Coordinate& coordinate) {
                    const Barenblatt law = of_table(initial, {coordinate});
                    return make_power_law(law.middle()[0], law.radius(), law.exponent());
                },
                {{"problem.initial.support", "number", "1.0", "> 0", "radius of the support"},
                 {"problem.initial.power", "number", "2.0", "> 1", "p of the porous medium equation"},
                 {"problem.initial.middle", "numbers", "-", "", "middle of the support, by default 0"}},
                [](const Settings& initial, const std::vector<Coordinate>& coordinates) {
                    return std::make_unique<Barenblatt>(of_table(initial, coordinates));
                }});

}  // namespace
}  // namespace widelimit
