// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"

namespace widelimit::test {

/// Values of the density at the lower and upper end of every cell along a direction, cell by cell as
/// docs/numerics.md says: the harmonic mean of the differences to both neighbours, 0 at an extremum, the only
/// difference there is beside a wall or point cell, clipped so that both ends lie in [0, 2 u].
inline void face_values(const Grid& grid, int direction, const Field& density, Field& lower, Field& upper)
{
    const double none = std::numeric_limits<double>::quiet_NaN();
    Field below = Field::Constant(grid.sites(), none), above = below;
    Field reach_low = Field::Zero(grid.sites()), reach_high = reach_low;
    for_each_face(grid, direction, [&](Index, Index left, Index right, Index g) {
        above[left] = below[right] = (density[right] - density[left]) / grid.distances()[g];
        reach_high[left] = grid.reaches_left()[g];
        reach_low[right] = grid.reaches_right()[g];
    });
    for (const PointCell& point : grid.point_cells()) {
        if (point.direction == direction && point.left != PointCell::nothing) {
            reach_high[point.left] = point.reach_left;
        }
        if (point.direction == direction && point.right != PointCell::nothing) {
            reach_low[point.right] = point.reach_right;
        }
    }
    lower = upper = density;
    for (Index i = 0; i < grid.cells(); ++i) {
        const double a = std::isnan(below[i]) ? above[i] : below[i];
        const double b = std::isnan(above[i]) ? below[i] : above[i];
        const double slope = a * b > 0.0 ? 2.0 * a * b / (a + b) : 0.0;
        const double most = density[i] / std::max(reach_low[i], reach_high[i]);
        const double kept = std::clamp(slope, -most, most);
        lower[i] = density[i] - kept * reach_low[i];
        upper[i] = density[i] + kept * reach_high[i];
    }
}

}  // namespace widelimit::test
