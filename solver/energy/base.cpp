// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/base.hpp"

#include <cmath>

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

Field Base::amplitude_power(Index first, int power) const
{
    return base_cells_ == cells_ ? Field(amplitudes_.head(cells_).array().pow(power))
                                 : Field::Constant(base_cells_, std::pow(amplitudes_[first], power));
}

Field Base::sum(const Field& state, int power) const
{
    Field total = Field::Zero(size());
    for (Index c = 0; c < layout_.channels; ++c) {
        const double factor = std::pow(signs_[static_cast<std::size_t>(c)], power);
        const auto channel = layout_.channel(state, c);
        if (!axis_) {
            total += factor * channel;
            continue;
        }
        for (Index first = 0; first < cells_; first += base_cells_) {
            total.head(base_cells_) +=
                factor * amplitude_power(first, power).cwiseProduct(channel.segment(first, base_cells_));
        }
        total.tail(layout_.points) += factor * amplitudes_.tail(layout_.points)
                                                   .array()
                                                   .pow(power)
                                                   .matrix()
                                                   .cwiseProduct(channel.tail(layout_.points));
    }
    return total * std::exp(state[layout_.log_mass()]);
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
    for (Index first = 0; first < cells_; first += base_cells_) {
        out.segment(first, base_cells_) = amplitude_power(first, power).cwiseProduct(g.head(base_cells_));
    }
    out.tail(layout_.points) =
        amplitudes_.tail(layout_.points).array().pow(power) * g.tail(layout_.points).array();
    return out;
}

void Base::spread(const Field& g, Field& psi) const
{
    const Field pulled = at_sites(g, 1);
    for (Index c = 0; c < layout_.channels; ++c) {
        layout_.channel(psi, c) += signs_[static_cast<std::size_t>(c)] * pulled;
    }
}

}  // namespace widelimit
