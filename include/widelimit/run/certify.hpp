// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "widelimit/certificate/programme.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// What is certified of a problem, by its risk and its penalty.
enum class Optimum {
    objective,  ///< least R(f) + lambda |nu|, lambda > 0
    margin,     ///< largest min_i y_i f_i over |nu| <= 1: labels, no penalty
    norm,       ///< least |nu| of interpolants: regression without penalty
};

/// Why there is nothing to certify, in words; "" where there is.
std::string no_certificate(const Problem& problem);
Optimum certified_optimum(const Problem& problem);
/// V at 0: what a unit of mass costs, where that is the same everywhere.
double penalty_of(const Problem& problem);

/// A measure against the best of all, with the supremum over ALL neurons.
struct Certificate {
    Optimum kind = Optimum::objective;
    bool fixed_mass = false;  ///< the objective over measures of the same mass
    double reached = 0.0;     ///< F, the margin, or the norm of the measure
    double bound = 0.0;  ///< what its own residuals prove: a lower bound of F, an upper one of the margin
    double risk = 0.0;
    /// Least psi over all neurons, and int |psi| dmu / mass; of a fixed mass for psi minus its mean over mu.
    double least_potential = 0.0, support_potential = 0.0;
    Index clusters = 0;
    double clusters_reached = 0.0;  ///< the same as `reached` of the network of clusters
    Bracket optimum;

    /// How far from the optimum, relative to it, at most: 0 at an optimum.  NaN where none is attained.
    double gap() const;
    /// No network separates the data, or meets the targets.
    bool unattained() const { return kind != Optimum::objective && optimum.network.size() == 0; }
};

Certificate certify(const Look& look);

/// The least objectives of networks of at most 1, ..., `width` neurons (least_of_widths).
Field least_by_width(const Problem& problem, Index width);

/// (F - bound) / |F| by the residuals of the state and all neurons; NaN without a penalty.
double certified_gap(const Look& look);
/// max |sum p_i y_i phi_i| over all neurons, p the weights of the data in the risk's slope or softer ones,
/// the least of these: no network has a larger margin.  NaN but for labels without a penalty.
double state_margin_bound(const Look& look);

/// Writes network.csv and network.json into a folder: neurons a sigma(w . x + b) in the data's own units;
/// directions on a circle become balanced neurons before standardisation.
void write_network(const std::string& folder, const Case& c, const SparseNetwork& network);
/// optimum.csv: places and masses of the network that reaches the optimum, masses with the sign of the
/// neuron.
void write_optimum(const std::string& directory, const Case& c, const SparseNetwork& network);
/// `width` independent neurons of the measure, of equal mass.
SparseNetwork sampled(const FreeEnergy& energy, const Field& state, Index width, std::uint64_t seed);

}  // namespace widelimit
