// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/flux.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widelimit {

Registry<FluxEntry>& fluxes()
{
    static Registry<FluxEntry> registry("flux");
    return registry;
}

namespace {

double limited(double below, double above)
{
    if (std::isnan(below) || std::isnan(above)) {
        return std::isnan(below) ? (std::isnan(above) ? 0.0 : above) : below;
    }
    if (below * above <= 0.0) {
        return 0.0;
    }
    return 2.0 * below * above / (below + above);
}

}  // namespace

void reconstruct(const Grid& grid, int direction, const Field& density, Field& lower, Field& upper)
{
    const double none = std::numeric_limits<double>::quiet_NaN();
    Field below = Field::Constant(grid.sites(), none), above = below;
    Field reach_low = Field::Zero(grid.sites()), reach_high = reach_low;
    for_each_face(grid, direction, [&](Index, Index left, Index right, Index g) {
        const double quotient = (density[right] - density[left]) / grid.distances()[g];
        above[left] = quotient;
        below[right] = quotient;
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
        const double reach = std::max(reach_low[i], reach_high[i]);
        const double slope = limited(below[i], above[i]);
        const double most = reach > 0.0 ? density[i] / reach : 0.0;
        const double kept = std::clamp(slope, -most, most);
        lower[i] = std::max(0.0, density[i] - kept * reach_low[i]);
        upper[i] = std::max(0.0, density[i] + kept * reach_high[i]);
    }
}

}  // namespace widelimit
