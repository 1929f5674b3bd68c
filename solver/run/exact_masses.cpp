// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/metrics.hpp"

namespace widelimit {

std::pair<Matrix, Matrix> corners(const Grid& grid)
{
    Matrix lower(grid.rank(), grid.cells()), upper(grid.rank(), grid.cells());
    for (Index cell = 0; cell < grid.cells(); ++cell) {
        for (Index k = 0; k < grid.rank(); ++k) {
            lower(k, cell) = grid.lower(cell, k);
            upper(k, cell) = grid.upper(cell, k);
        }
    }
    return {lower, upper};
}

Field exact_masses(const Problem& problem, const Grid& grid, double sign, double t)
{
    const auto [lower, upper] = corners(grid);
    return problem.exact->masses_in(sign, lower, upper, t);
}

}  // namespace widelimit
