// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/numbers.hpp"
#include "widelimit/run/metrics.hpp"

namespace widelimit {

namespace {

/// The lower and the upper corners of all cells (coordinates x cells).
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

/// Of a density on the sphere, by its values at the centres as those of the flow are; NaN where it is not
/// known.
Field masses_of(const Field& density, const Grid& grid)
{
    return density.size() == grid.cells() ? Field(density.cwiseProduct(grid.volumes()))
                                          : Field::Constant(grid.cells(), missing);
}

}  // namespace

Field exact_masses(const Problem& problem, const Grid& grid, double sign, double t)
{
    if (grid.sphere()) {
        return masses_of(problem.exact->density(sign, grid.coordinates(), t), grid);
    }
    const auto [lower, upper] = corners(grid);
    return problem.exact->masses_in(sign, lower, upper, t);
}

Field minimiser_masses(const Problem& problem, const Grid& grid, double sign)
{
    if (grid.sphere()) {
        return masses_of(problem.exact->minimiser_density(sign, grid.coordinates()), grid);
    }
    const auto [lower, upper] = corners(grid);
    const Field masses = problem.exact->minimiser_in(sign, lower, upper);
    return masses.size() == grid.cells() ? masses : Field::Constant(grid.cells(), missing);
}

}  // namespace widelimit
