// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <limits>

#include "box_sweep.hpp"
#include "channel_flux.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {
namespace {

WIDELIMIT_WIDE_LOOP void add_positive(const double* flow, Index count, double sign, double* __restrict out)
{
    for (Index k = 0; k < count; ++k) {
        out[k] += std::max(sign * flow[k], 0.0);
    }
}

class Transport : public Part {
public:
    explicit Transport(const GridFlow& flow) : flow_(&flow) {}
    std::string name() const override { return "transport"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        if (flow_->box() != nullptr) {
            flow_->box()->add_rate(state, flow_->evaluation().potential, rate);
        } else {
            add_fluxes(*flow_, state, rate);
        }
    }

    /// Face values are at most `bound` times the average, so that a cell keeps mass while
    /// dt * bound * (outflow velocities * areas) / volume < 1.
    double rate_limit(const Field& state) const override
    {
        if (flow_->box() != nullptr) {
            // Fluxes in single precision may be larger by some round-offs of 6e-8 each.
            const double most = bound() * flow_->box()->fastest(flow_->evaluation().potential) *
                                (flow_->rounds() ? 1.0 + 1e-6 : 1.0);
            return most > 0.0 ? 1.0 / most : std::numeric_limits<double>::infinity();
        }
        outflow_.setZero(flow_->layout().masses());
        const std::vector<ChannelInput> inputs = channel_inputs(*flow_, state);
        const auto of = [&](Index channel) { return outflow_.data() + channel * flow_->layout().sites(); };
        for_each_tile(*flow_, [&](Index channel, const Tile& tile) {
            add_outflow(tile, inputs[static_cast<std::size_t>(channel)], of(channel));
        });
        for (Index channel = 0; channel < flow_->layout().channels; ++channel) {
            add_points(inputs[static_cast<std::size_t>(channel)], of(channel));
        }
        const double fastest = highest(outflow_);
        return fastest > 0.0 ? 1.0 / fastest : std::numeric_limits<double>::infinity();
    }

    /// Heun's step, or Euler's.
    void advance(Field& state, double dt, Advance how) const override
    {
        const BoxSweep* const box = flow_->box();
        if (box == nullptr) {
            explicit_step(*this, dt, how, state);
            return;
        }
        const Index last = flow_->layout().log_mass();
        const auto stage = [&](const Field& from, double share, Field& to) {
            to.resize(state.size());
            box->stage<double>(from, {from.data(), flow_->evaluation().potential.data()}, {}, dt, state, share,
                               to);
            to[last] = state[last];
        };
        stage(state, 0.0, first_);
        if (how == Advance::accurate) {
            stage(first_, 0.5, second_);
        }
        state.swap(how == Advance::accurate ? second_ : first_);
    }
    double advance_limit(const Field& state) const override { return rate_limit(state); }

private:
    double bound() const { return flow_->scheme().reconstructs() ? 2.0 : 1.0; }

    /// What leaves each cell of a tile per time, over what it holds.
    void add_outflow(const Tile& tile, const ChannelInput& in, double* out) const
    {
        std::array<double, faces_at_once> flows;
        const double* const flow = flows.data();
        for_each_part(tile, [&](const FaceRow& row, FaceRange left, FaceRange right) {
            volume_flow(flow_->stencils(), row, in.along(row.direction), flows.data());
            row.close_gaps(flows.data());
            if (row.stride == 1) {
                add_positive(flow + left.from, left.to - left.from, 1.0, out + row.left + left.from);
                add_positive(flow + right.from, right.to - right.from, -1.0, out + row.right + right.from);
                return;
            }
            for (Index k = left.from; k < left.to; ++k) {
                out[row.left + k * row.stride] += std::max(flow[k], 0.0);
            }
            for (Index k = right.from; k < right.to; ++k) {
                out[row.right + k * row.stride] += std::max(-flow[k], 0.0);
            }
        });
        const double per_volume = flow_->stencils().per_volume();
        Eigen::Map<Eigen::ArrayXd> cells(out + tile.first, tile.count);
        if (per_volume > 0.0) {
            cells *= bound() * per_volume;
        } else {
            cells *= bound() / flow_->grid().volumes().segment(tile.first, tile.count).array();
        }
    }

    void add_points(const ChannelInput& in, double* out) const
    {
        const Grid& grid = flow_->grid();
        const double round_off = grid.points() > 0 ? in.round_off() : 0.0;
        for (const PointCell& point : grid.point_cells()) {
            if (point.wall()) {
                const Index cell = point.beside();
                const double m = in.along(point.direction).mean_mobility(cell, point.site);
                const double drop = in.potential(cell) - in.potential(point.site);
                out[cell] +=
                    bound() * point.area * std::max(m * drop, 0.0) / point.reach() / grid.volumes()[cell];
                continue;
            }
            const PointVelocities v = point_velocities(*flow_, point, in, round_off);
            out[point.left] += bound() * point.area * std::max(v.left, 0.0) / grid.volumes()[point.left];
            out[point.right] += bound() * point.area * std::max(-v.right, 0.0) / grid.volumes()[point.right];
            out[point.site] = v.left > 0.0    ? std::max(v.right, 0.0) / point.reach_right
                              : v.right < 0.0 ? std::max(-v.left, 0.0) / point.reach_left
                                              : 0.0;
        }
    }

    const GridFlow* flow_;
    mutable Field outflow_, first_, second_;
};

}  // namespace

void explicit_step(const Part& part, double dt, Advance how, Field& state)
{
    Field rate = Field::Zero(state.size());
    part.add_rate(state, rate);
    if (how == Advance::robust) {
        state += dt * rate;
        return;
    }
    const Field first = state + dt * rate;
    rate.setZero();
    part.add_rate(first, rate);
    state += 0.5 * (first - state + dt * rate);
}

std::unique_ptr<Part> make_transport(const GridFlow& flow)
{
    return std::make_unique<Transport>(flow);
}

}  // namespace widelimit
