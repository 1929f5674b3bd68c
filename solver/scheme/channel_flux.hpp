// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "parts.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {

/// What the fluxes of one channel read at the prepared potential: masses and psi themselves where all cells
/// have the same volume and nothing is to be taken off psi.
class ChannelInput {
public:
    /// Both must outlive this.
    ChannelInput(const GridFlow& flow, const Field& state, Index channel);

    FluxInput along(int direction) const;
    double mass(Index site) const { return mass_[site]; }
    double potential(Index site) const { return psi_[site]; }
    /// Drops of psi up to here are none: beside a region without active units round-off would decide
    /// otherwise whether a point cell keeps what comes.
    double round_off() const;

private:
    const GridFlow* flow_;
    const double *mass_, *density_, *psi_;
    double scale_ = 1.0, mass_of_all_ = 1.0;
    Field densities_, potentials_;
    MeshSlopes::Gradients slopes_;
};

/// Velocities towards and away from a point cell, positive to the right; one-sided differences of psi.
struct PointVelocities {
    double left, right;
};
PointVelocities point_velocities(const GridFlow& flow, const PointCell& point, const ChannelInput& in,
                                 double round_off);

std::vector<ChannelInput> channel_inputs(const GridFlow& flow, const Field& state);

/// Tiles of all channels, shared by threads where the grid is large.
void for_each_tile(const GridFlow& flow, const std::function<void(Index channel, const Tile& tile)>& visit);

}  // namespace widelimit
