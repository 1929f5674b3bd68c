// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace widelimit {

/// One coordinate of a neuron: its name (the key of its table in [grid.axes]) and its natural range, NaN
/// where the case must give one.
struct Coordinate {
    std::string name;
    std::string meaning;
    bool circle = false;
    double from = std::numeric_limits<double>::quiet_NaN();
    double to = std::numeric_limits<double>::quiet_NaN();
    /// One of those of a vector of length 1.
    bool sphere = false;
};

/// The coordinates are those of a vector of length 1.
inline bool on_sphere(const std::vector<Coordinate>& coordinates)
{
    return !coordinates.empty() && coordinates.front().sphere;
}

}  // namespace widelimit
