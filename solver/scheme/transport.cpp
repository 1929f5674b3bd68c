// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>

#include "parts.hpp"

namespace widelimit {
namespace {

/// Velocities towards and away from a point cell, positive to the right; one-sided differences of psi.
struct Velocities {
    double left, right;
};

/// Drops of psi up to here are none: beside a region without active units round-off would decide otherwise
/// whether a point cell keeps what comes.
double round_off(const Field& potential)
{
    return 1e-14 * potential.cwiseAbs().maxCoeff();
}

Velocities velocities(const GridFlow& flow, const PointCell& point, const Field& potential, double level)
{
    const double mobility = flow.energy().mobility()[point.site];
    const auto drop = [&](Index from, Index to) {
        const double difference = potential[from] - potential[to];
        return std::abs(difference) <= level ? 0.0 : difference;
    };
    return {mobility * drop(point.left, point.site) / point.reach_left,
            mobility * drop(point.site, point.right) / point.reach_right};
}

/// Where both sides flow in, the point cell keeps what comes; where both leave, nothing moves (a vacuum
/// opens); where one side flows in and the other out, what comes passes, and what the point cell holds
/// follows.
void pass_points(const GridFlow& flow, const Field& mass, const Field& lower, const Field& upper,
                 const Field& potential, ChannelFlux& out)
{
    const auto& points = flow.grid().point_cells();
    const double level = round_off(potential);
    for (std::size_t k = 0; k < points.size(); ++k) {
        const PointCell& point = points[k];
        const Velocities v = velocities(flow, point, potential, level);
        double left = v.left > 0.0 ? point.area * upper[point.left] * v.left : 0.0;
        double right = v.right < 0.0 ? point.area * lower[point.right] * v.right : 0.0;
        if (v.left > 0.0 && v.right > 0.0) {
            right = left + mass[point.site] * v.right / point.reach_right;
        } else if (v.left < 0.0 && v.right < 0.0) {
            left = right + mass[point.site] * v.left / point.reach_left;
        }
        out.point_left[static_cast<Index>(k)] = left;
        out.point_right[static_cast<Index>(k)] = right;
    }
}

class Transport : public Part {
public:
    explicit Transport(const GridFlow& flow) : flow_(&flow) {}
    std::string name() const override { return "transport"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        for_each_block(channels(*flow_), [&](Index c, Index) { add_rate(state, c, rate); });
    }

    /// Face values are at most `bound` times the average, so that a cell keeps mass while
    /// dt * bound * (outflow velocities * areas) / volume < 1.
    double rate_limit(const Field&) const override
    {
        const double bound = flow_->scheme().reconstructs() ? 2.0 : 1.0;
        Field most(flow_->layout().channels);
        for_each_block(channels(*flow_), [&](Index c, Index) {
            most[c] = outflow_rates(flow_->potential(c), bound).maxCoeff();
        });
        double fastest = 0.0;
        for (Index c = 0; c < most.size(); ++c) {
            fastest = std::max(fastest, most[c]);
        }
        return fastest > 0.0 ? 1.0 / fastest : std::numeric_limits<double>::infinity();
    }

    /// Heun's method as a mean of Euler steps (strong-stability-preserving, order 2).
    void advance(Field& state, double dt, Advance) const override
    {
        Field rate = Field::Zero(state.size());
        add_rate(state, rate);
        const Field first = state + dt * rate;
        rate.setZero();
        add_rate(first, rate);
        state += 0.5 * (first - state + dt * rate);
    }
    double advance_limit(const Field& state) const override { return rate_limit(state); }

private:
    void add_rate(const Field& state, Index channel, Field& rate) const
    {
        const Grid& grid = flow_->grid();
        ChannelFlux flux;
        flow_->flux(state, channel, flux);
        auto out = flow_->layout().channel(rate, channel);
        for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
            out[left] -= flux.faces[face];
            out[right] += flux.faces[face];
        });
        for (Index k = 0; k < grid.points(); ++k) {
            const PointCell& point = grid.point_cells()[static_cast<std::size_t>(k)];
            out[point.left] -= flux.point_left[k];
            out[point.site] += flux.point_left[k] - flux.point_right[k];
            out[point.right] += flux.point_right[k];
        }
    }

    Field outflow_rates(const Field& potential, double bound) const
    {
        const Grid& grid = flow_->grid();
        const Field& mobility = flow_->energy().mobility();
        Field out = Field::Zero(grid.sites());
        for_each_face(grid, [&](Index, Index left, Index right, Index g, int) {
            const double m = 0.5 * (mobility[left] + mobility[right]);
            const double v = m * (potential[left] - potential[right]) / grid.distances()[g];
            const Index from = v > 0.0 ? left : right;
            out[from] += bound * std::abs(v) * grid.areas()[g] / grid.volumes()[from];
        });
        const double level = round_off(potential);
        for (const PointCell& point : grid.point_cells()) {
            const Velocities v = velocities(*flow_, point, potential, level);
            out[point.left] += bound * point.area * std::max(v.left, 0.0) / grid.volumes()[point.left];
            out[point.right] += bound * point.area * std::max(-v.right, 0.0) / grid.volumes()[point.right];
            out[point.site] = v.left > 0.0    ? std::max(v.right, 0.0) / point.reach_right
                              : v.right < 0.0 ? std::max(-v.left, 0.0) / point.reach_left
                                              : 0.0;
        }
        return out;
    }

    const GridFlow* flow_;
};

}  // namespace

Blocks channels(const GridFlow& flow)
{
    const Index number = flow.layout().channels;
    return {number, 1, flow.grid().sites() < 8192 ? number + 1 : 2};
}

Field density_of(const GridFlow& flow, const Field& state, Index channel)
{
    const Grid& grid = flow.grid();
    Field density = Field::Zero(grid.sites());
    density.head(grid.cells()) = flow.layout()
                                     .channel(state, channel)
                                     .head(grid.cells())
                                     .cwiseQuotient(grid.volumes().head(grid.cells()));
    return density;
}

void GridFlow::flux(const Field& state, Index channel, ChannelFlux& out) const
{
    const Field density = density_of(*this, state, channel);
    const Field psi = potential(channel);
    Field lower = density, upper = density;
    if (scheme_->reconstructs()) {
        reconstruct(grid(), density, lower, upper);
    }
    out.faces.resize(grid().faces());
    out.point_left.resize(grid().points());
    out.point_right.resize(grid().points());
    scheme_->sweep(grid(), lower, upper, psi, energy_.mobility(), energy_.temperature(), out.faces);
    pass_points(*this, layout().channel(state, channel), lower, upper, psi, out);
}

std::unique_ptr<Part> make_transport(const GridFlow& flow)
{
    return std::make_unique<Transport>(flow);
}

}  // namespace widelimit
