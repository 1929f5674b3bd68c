// SPDX-License-Identifier: BSD-3-Clause
#include "channel_flux.hpp"

#include <cmath>

#include "widelimit/core/passes.hpp"

namespace widelimit {

ChannelInput::ChannelInput(const GridFlow& flow, const Field& state, Index channel)
    : flow_(&flow),
      mass_(state.data() + channel * flow.layout().sites()),
      density_(mass_),
      psi_(flow.evaluation().potential.data() + channel * flow.layout().sites()),
      scale_(flow.stencils().per_volume())
{
    if (scale_ == 0.0) {
        densities_ = density_of(flow, state, channel);
        density_ = densities_.data();
        scale_ = 1.0;
    }
    if (flow.stencils().slopes() != nullptr && flow.scheme().reconstructs()) {
        flow.stencils().gradients(density_, slopes_);
    }
    if (flow.internal() != nullptr) {
        mass_of_all_ = std::exp(state[flow.layout().log_mass()]);
    } else if (flow.temperature() > 0.0) {
        potentials_ = flow.driving_potential(channel);
        psi_ = potentials_.data();
    }
}

FluxInput ChannelInput::along(int direction) const
{
    const Field& mobility = flow_->energy().mobility(direction);
    FluxInput in{density_,    scale_,
                 psi_,        flow_->even_mobility(direction) ? nullptr : mobility.data(),
                 mobility[0], flow_->temperature()};
    in.internal = flow_->internal();
    in.reference = flow_->energy().reference();
    in.mass = mass_of_all_;
    in.slopes = slopes_.first.size() == 0 ? nullptr : &slopes_;
    return in;
}

double ChannelInput::round_off() const
{
    const Eigen::Map<const Field> psi(psi_, flow_->grid().sites());
    return 1e-14 * largest_size(psi);
}

PointVelocities point_velocities(const GridFlow& flow, const PointCell& point, const ChannelInput& in,
                                 double round_off)
{
    const double mobility = flow.energy().mobility(point.direction)[point.site];
    const auto drop = [&](Index from, Index to) {
        const double difference = in.potential(from) - in.potential(to);
        return std::abs(difference) <= round_off ? 0.0 : difference;
    };
    return {mobility * drop(point.left, point.site) / point.reach_left,
            mobility * drop(point.site, point.right) / point.reach_right};
}

namespace {

/// The density beside a point cell.
double value_at(const PointSide& side, const FluxInput& in, bool reconstructs)
{
    const double here = in.scale * in.density[side.cell];
    return reconstructs ? point_value(in.scale * in.density[side.far], here, side) : here;
}

/// Through both sides of a point cell, positive to the right.
struct PointFlux {
    double left = 0.0, right = 0.0;
};

/// Into a wall like through a face with nothing behind; nothing comes back.
PointFlux pass_wall(const GridFlow& flow, const PointCell& wall, const PointSide& side,
                    const ChannelInput& in, const FluxInput& along)
{
    const bool high = wall.left != PointCell::nothing;
    const double value = value_at(side, along, flow.scheme().reconstructs());
    const double drop = in.potential(side.cell) - in.potential(wall.site);
    const double flux =
        wall.area *
        flow.scheme().through({high ? value : 0.0, high ? 0.0 : value, high ? drop : -drop,
                               along.mean_mobility(side.cell, wall.site) / wall.reach(), flow.temperature()});
    return high ? PointFlux{flux, 0.0} : PointFlux{0.0, flux};
}

/// Where both sides flow in, the point cell keeps what comes; where both leave, nothing moves (a vacuum
/// opens); where one side flows in and the other out, what comes passes, and what the point cell holds
/// follows.
PointFlux pass_point(const GridFlow& flow, Index k, const ChannelInput& in, const FluxInput& along,
                     bool reconstructs, double round_off)
{
    const PointCell& point = flow.grid().point_cells()[static_cast<std::size_t>(k)];
    const PointSide &before = flow.stencils().left(k), &after = flow.stencils().right(k);
    if (point.wall()) {
        return pass_wall(flow, point, point.left == PointCell::nothing ? after : before, in, along);
    }
    const PointVelocities v = point_velocities(flow, point, in, round_off);
    PointFlux flux{v.left > 0.0 ? point.area * value_at(before, along, reconstructs) * v.left : 0.0,
                   v.right < 0.0 ? point.area * value_at(after, along, reconstructs) * v.right : 0.0};
    if (v.left > 0.0 && v.right > 0.0) {
        flux.right = flux.left + in.mass(point.site) * v.right / point.reach_right;
    } else if (v.left < 0.0 && v.right < 0.0) {
        flux.left = flux.right + in.mass(point.site) * v.left / point.reach_left;
    }
    return flux;
}

template <class Visit>
void for_each_point(const GridFlow& flow, const ChannelInput& in, const Visit& visit)
{
    const Index points = flow.grid().points();
    if (points == 0) {
        return;
    }
    const double round_off = in.round_off();
    const bool reconstructs = flow.scheme().reconstructs();
    std::vector<FluxInput> along;
    for (int direction = 0; direction < flow.grid().directions(); ++direction) {
        along.push_back(in.along(direction));
    }
    for (Index k = 0; k < points; ++k) {
        const int direction = flow.grid().point_cells()[static_cast<std::size_t>(k)].direction;
        visit(k,
              pass_point(flow, k, in, along[static_cast<std::size_t>(direction)], reconstructs, round_off));
    }
}

void add_points(const GridFlow& flow, const ChannelInput& in, double* rate)
{
    for_each_point(flow, in, [&](Index k, const PointFlux& flux) {
        const PointCell& point = flow.grid().point_cells()[static_cast<std::size_t>(k)];
        rate[point.site] += flux.left - flux.right;
        if (point.left != PointCell::nothing) {
            rate[point.left] -= flux.left;
        }
        if (point.right != PointCell::nothing) {
            rate[point.right] += flux.right;
        }
    });
}

WIDELIMIT_WIDE_LOOP void add(const double* flux, Index count, double* __restrict rate)
{
    for (Index k = 0; k < count; ++k) {
        rate[k] += flux[k];
    }
}

WIDELIMIT_WIDE_LOOP void subtract(const double* flux, Index count, double* __restrict rate)
{
    for (Index k = 0; k < count; ++k) {
        rate[k] -= flux[k];
    }
}

void add_tile(const GridFlow& flow, const Tile& tile, const ChannelInput& in, double* rate)
{
    std::array<double, faces_at_once> fluxes;
    const double* const flux = fluxes.data();
    for_each_part(tile, [&](const FaceRow& row, FaceRange left, FaceRange right) {
        flow.scheme().sweep(flow.stencils(), row, in.along(row.direction), fluxes.data());
        row.close_gaps(fluxes.data());
        if (row.stride == 1) {
            subtract(flux + left.from, left.to - left.from, rate + row.left + left.from);
            add(flux + right.from, right.to - right.from, rate + row.right + right.from);
            return;
        }
        for (Index k = left.from; k < left.to; ++k) {
            rate[row.left + k * row.stride] -= flux[k];
        }
        for (Index k = right.from; k < right.to; ++k) {
            rate[row.right + k * row.stride] += flux[k];
        }
    });
}

}  // namespace

std::vector<ChannelInput> channel_inputs(const GridFlow& flow, const Field& state)
{
    std::vector<ChannelInput> inputs;
    inputs.reserve(static_cast<std::size_t>(flow.layout().channels));
    for (Index c = 0; c < flow.layout().channels; ++c) {
        inputs.emplace_back(flow, state, c);
    }
    return inputs;
}

void for_each_tile(const GridFlow& flow, const std::function<void(Index channel, const Tile& tile)>& visit)
{
    const std::vector<Tile>& tiles = flow.stencils().tiles();
    const auto number = static_cast<Index>(tiles.size()), blocks = number * flow.layout().channels;
    for_each_block({blocks, 1, flow.grid().sites() < 8192 ? blocks + 1 : 2}, [&](Index block, Index) {
        visit(block / number, tiles[static_cast<std::size_t>(block % number)]);
    });
}

Field density_of(const GridFlow& flow, const Field& state, Index channel)
{
    const Grid& grid = flow.grid();
    const auto masses = flow.layout().channel(state, channel);
    Field density(grid.sites());
    for_each_block(blocks_of_values(grid.cells()), [&](Index first, Index count) {
        density.segment(first, count) =
            masses.segment(first, count).cwiseQuotient(grid.volumes().segment(first, count));
    });
    density.tail(grid.points()).setZero();
    return density;
}

void GridFlow::flux(const Field& state, Index channel, ChannelFlux& out) const
{
    const ChannelInput in(*this, state, channel);
    out.faces.resize(grid().faces());
    out.point_left.resize(grid().points());
    out.point_right.resize(grid().points());
    std::array<double, faces_at_once> flux;
    for (const FaceRow& whole : stencils_.rows()) {
        for_each_part(whole, [&](const FaceRow& row, Index) {
            scheme_->sweep(stencils_, row, in.along(row.direction), flux.data());
            for (Index k = 0; k < row.count; ++k) {
                out.faces[row.first + k * row.first_stride] = flux[static_cast<std::size_t>(k)];
            }
        });
    }
    for_each_point(*this, in, [&](Index k, const PointFlux& point) {
        out.point_left[k] = point.left;
        out.point_right[k] = point.right;
    });
}

void add_fluxes(const GridFlow& flow, const Field& state, Field& rate)
{
    const std::vector<ChannelInput> inputs = channel_inputs(flow, state);
    const auto of = [&](Index channel) { return rate.data() + channel * flow.layout().sites(); };
    for_each_tile(flow, [&](Index channel, const Tile& tile) {
        add_tile(flow, tile, inputs[static_cast<std::size_t>(channel)], of(channel));
    });
    for (Index channel = 0; channel < flow.layout().channels; ++channel) {
        add_points(flow, inputs[static_cast<std::size_t>(channel)], of(channel));
    }
}

}  // namespace widelimit
