// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/certificate/units.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// Newton's method on masses and places at once, away from kinks, where a small move of a neuron along the
/// circle by tau / mass adds tau phi' to the predictions and lengthens mass * (cos, sin) by tau^2 / (2 mass).

/// For R(f) + lambda |nu|; the network as it was where a step leads out of an arc or to a mass below zero.
SparseNetwork polished(const Risk& risk, const Units& units, double penalty, const SparseNetwork& network);

/// For |nu| subject to f_i = targets_i at some nodes, with the multipliers of these constraints.
struct Tight {
    SparseNetwork network;
    Field multipliers;
};
Tight polished(const Units& units, const std::vector<Index>& nodes, const Field& targets,
               const SparseNetwork& network);

}  // namespace widelimit
