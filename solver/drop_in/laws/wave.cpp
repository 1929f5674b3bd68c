// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/problem/plane_wave.hpp"

namespace widelimit {
namespace {

void check_circle(const Settings& initial, const Coordinate& coordinate)
{
    if (!coordinate.circle) {
        initial.fail("law", "the law 'wave' is for a circle");
    }
}

/// Periods per turn, one a coordinate.
Field modes(const Settings& initial, std::size_t coordinates)
{
    const std::vector<double> given = initial.numbers("mode");
    if (given.size() != coordinates) {
        initial.fail("mode", "expected a number for each of " + std::to_string(coordinates) +
                                 " coordinates, found " + std::to_string(given.size()));
    }
    const auto whole = [](double mode) { return mode == std::round(mode); };
    const auto zero = [](double mode) { return mode == 0.0; };
    if (!std::all_of(given.begin(), given.end(), whole) || std::all_of(given.begin(), given.end(), zero)) {
        initial.fail("mode", "expected integers that are not all 0");
    }
    return Field::Map(given.data(), static_cast<Index>(given.size()));
}

std::unique_ptr<JointLaw> make_joint_wave(const Settings& initial, const std::vector<Coordinate>& coordinates)
{
    const bool list = initial.has("mode") && initial.value("mode").is(Value::Kind::list);
    if (coordinates.size() > 1 && !list) {
        return nullptr;
    }
    for (const Coordinate& coordinate : coordinates) {
        check_circle(initial, coordinate);
    }
    return std::make_unique<PlaneWave>(coordinates, modes(initial, coordinates.size()),
                                       initial.number("amplitude"), initial.number("phase"));
}

std::unique_ptr<Law> make_wave_law(const Settings& initial, const Coordinate& coordinate)
{
    check_circle(initial, coordinate);
    return make_wave(coordinate, modes(initial, 1)[0], initial.number("amplitude"), initial.number("phase"));
}

const bool wave_law_registered = laws().add(
    {"wave",
     "a Fourier mode on the uniform law of a circle, or of a torus",
     make_wave_law,
     {{"problem.initial.mode", "integer|numbers", "1", "",
       "periods per turn of the wave; a list of one a coordinate makes a single wave through all of them"},
      {"problem.initial.amplitude", "number", "0.5", "[0, 1]", "relative amplitude of the wave"},
      {"problem.initial.phase", "number", "0.0", "", "phase of the wave in radians"}},
     make_joint_wave});

}  // namespace
}  // namespace widelimit
