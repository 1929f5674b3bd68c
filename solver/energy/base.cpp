// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/base.hpp"

#include <cmath>

#include "widelimit/core/passes.hpp"

namespace widelimit {

Base::Base(const Problem& problem, const Grid& grid, const Layout& layout)
    : layout_(layout),
      signs_(problem.signs()),
      axis_(problem.amplitude == Amplitude::axis),
      cells_(grid.cells()),
      base_cells_(grid.cells())
{
    const Matrix& sites = grid.coordinates();
    if (axis_) {
        base_cells_ = grid.sphere() ? cells_ : grid.stride(0);
        amplitudes_ = sites.row(0).transpose();
    }
    points_.resize(problem.base_rank(), base_cells_ + grid.points());
    points_.leftCols(base_cells_) = problem.base(sites.leftCols(base_cells_));
    points_.rightCols(grid.points()) = problem.base(sites.rightCols(grid.points()));
}

Field Base::sum(const Field& state, int power) const
{
    Field sums(size());
    const double mass = std::exp(state[layout_.log_mass()]);
    for_each_block(blocks_of_values(size()), [&](Index first, Index count) {
        sums.segment(first, count).setZero();
        for (Index c = 0; c < layout_.channels; ++c) {
            const double factor = mass * std::pow(signs_[static_cast<std::size_t>(c)], power);
            for_each_run(first, count, [&](Index base, Index site, Index some) {
                with_amplitudes(layout_.channel(state, c).segment(site, some), site, power,
                                [&](const auto& part) { sums.segment(base, some) += factor * part; });
            });
        }
    });
    return sums;
}

Field Base::moment(const Field& state) const
{
    return sum(state, 1);
}

Field Base::second_moment(const Field& state) const
{
    return sum(state, 2);
}

Field Base::absolute_moment(const Field& state) const
{
    return sum(state, 0).cwiseProduct(sum(state, 2)).cwiseAbs().cwiseSqrt();
}

Field Base::at_sites(const Field& g, int power) const
{
    if (!axis_) {
        return g;
    }
    Field out(layout_.sites());
    for_each_block(blocks_of_values(size()), [&](Index first, Index count) {
        for_each_run(first, count, [&](Index base, Index site, Index some) {
            with_amplitudes(g.segment(base, some), site, power,
                            [&](const auto& part) { out.segment(site, some) = part; });
        });
    });
    return out;
}

void Base::spread(const Field& g, Field& psi) const
{
    for_each_block(blocks_of_values(size()), [&](Index first, Index count) {
        for_each_run(first, count, [&](Index base, Index site, Index some) {
            with_amplitudes(g.segment(base, some), site, 1, [&](const auto& part) {
                for (Index c = 0; c < layout_.channels; ++c) {
                    layout_.channel(psi, c).segment(site, some) += signs_[static_cast<std::size_t>(c)] * part;
                }
            });
        });
    });
}

}  // namespace widelimit
