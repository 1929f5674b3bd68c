// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <utility>
#include <vector>

#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// Mass that a flux takes from one site of a channel to another: forward mass[from side] ... written as
///
///     flux = sum_k weight_k mass_k,   d flux / d psi = answer (delta at high - delta at low),
///
/// and to second order in (mass, psi), conductance (psi_high - psi_low) sum_k value_k mass_k.  Numbers are
/// those of entries of a state.
struct LinearMove {
    using Weights = std::vector<std::pair<Index, double>>;

    Index from = 0, to = 0;
    Index high = 0, low = 0;
    double answer = 0.0, conductance = 0.0;
    Weights weights, values;
};

/// All moves of a flow at the state it was last prepared with, channel by channel.
std::vector<LinearMove> linear_moves(const GridFlow& flow, const Field& state);

}  // namespace widelimit
