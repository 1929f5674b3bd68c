// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <string>

#include "widelimit/core/error.hpp"
#include "widelimit/core/passes.hpp"
#include "widelimit/energy/free_energy.hpp"

namespace widelimit {

Field cell_masses(const JointLaw& law, const Grid& grid, double power)
{
    if (grid.sphere()) {
        return law.direction_density(grid.coordinates(), power).cwiseProduct(grid.volumes());
    }
    constexpr Index at_once = 4096;
    Field masses(grid.cells());
    for (Index first = 0; first < grid.cells(); first += at_once) {
        const Index count = std::min(at_once, grid.cells() - first);
        Matrix lower(grid.rank(), count), upper(grid.rank(), count);
        for (Index i = 0; i < count; ++i) {
            for (Index k = 0; k < grid.rank(); ++k) {
                lower(k, i) = grid.lower(first + i, k);
                upper(k, i) = grid.upper(first + i, k);
            }
        }
        masses.segment(first, count) = law.masses_in(lower, upper);
    }
    return masses;
}

namespace {

/// Those of a general start weigh |theta|^2.
Field start_masses(const Problem& problem, const Grid& grid)
{
    return cell_masses(*problem.initial.whole(), grid, problem.sphere == Sphere::weights ? 2.0 : 0.0);
}

}  // namespace

Field base_law(const Problem& problem, const Grid& grid, const Layout& layout)
{
    expects(static_cast<Index>(problem.initial.laws.size()) == grid.rank(), "a law for every coordinate");
    const Field masses = start_masses(problem, grid);
    Field state = Field::Zero(layout.size());
    for (Index c = 0; c < layout.channels; ++c) {
        layout.channel(state, c).head(grid.cells()) = masses;
    }
    const double inside = total(layout.measure(state)) / static_cast<double>(layout.channels);
    if (!(inside > 0.5)) {
        throw ConfigError("the grid holds only " + std::to_string(inside) + " of the initial law's mass");
    }
    layout.measure(state) /= total(layout.measure(state));
    return state;
}

Field initial_state(const Problem& problem, const Grid& grid, const Layout& layout)
{
    Field state = base_law(problem, grid, layout);
    if (problem.growth.kind == Growth::Kind::linear) {
        return Field::Zero(layout.size());
    }
    if (problem.amplitude == Amplitude::signs) {
        layout.channel(state, 0) *= 2.0 * problem.initial.plus;
        layout.channel(state, 1) *= 2.0 * (1.0 - problem.initial.plus);
    }
    const double weight = problem.sphere == Sphere::weights ? start_masses(problem, grid).sum() : 1.0;
    state[layout.log_mass()] = std::log(problem.initial.mass * weight);
    return state;
}

}  // namespace widelimit
