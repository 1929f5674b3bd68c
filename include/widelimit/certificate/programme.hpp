// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/certificate/sparse_network.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// An interval that contains an optimum over all measures, and a network that reaches one of its ends.  Both
/// ends are computed anew from the network and the dual weights, whatever a solver said of them.
struct Bracket {
    double low = 0.0, high = 0.0;
    SparseNetwork network;
    Field dual;      ///< one a node
    int rounds = 0;  ///< of the exchange
};

/// min R(f_nu) + lambda |nu| over signed measures nu, lambda > 0.  Exchange: weights on finitely many neurons
/// are optimal (active set, Newton), then neurons at the peaks of |sum r_i phi_i| above lambda are added,
/// until the bounds meet to `tolerance`, relative to the upper one.  `start` may be empty.
Bracket least_penalised(const Risk& risk, const Units& units, double penalty, const SparseNetwork& start,
                        double tolerance = 1e-12);

/// max over |nu| <= 1 of min_i y_i f_i, by linear programmes on finitely many neurons with the same exchange.
/// Where no network separates the data the network is empty and both ends are 0 up to round-off.
Bracket largest_margin(const Field& labels, const Units& units, double tolerance = 1e-12);

/// The same over finitely many neurons, the columns (nodes x neurons), by one linear programme.
double largest_fixed_margin(const Field& labels, const Matrix& columns, bool both_signs);

/// min |nu| subject to f_i = y_i; the network meets the targets up to round-off.  Where none does it is empty
/// and the upper end infinite.
Bracket least_norm(const Field& targets, const Units& units, double tolerance = 1e-12);

/// The least R(f) + lambda |nu| of networks of at most 1, 2, ..., `width` neurons, lambda > 0, by enumeration
/// of activation patterns (after Arora, Basu, Mianjy and Mukherjee, arXiv 1611.01491): on every choice of
/// kinks, arcs and signs the problem is convex; it is solved by Newton's method, and counts where its neurons
/// lie inside their arcs. Of every candidate the largest slope left is checked. ConfigError beyond `most`
/// choices.
struct FewNeurons {
    Field least;            ///< one a width
    SparseNetwork network;  ///< of the last
    double choices = 0.0;
    double slope = 0.0;  ///< largest slope at the networks that were chosen, relative to lambda
};
FewNeurons least_of_widths(const Risk& risk, const ArcUnits& units, double penalty, Index width,
                           double most = 3e5);
/// ConfigError if it would refuse.
void check_choices(const ArcUnits& units, Index width, double most = 3e5);

/// Weights on given columns (nodes x neurons) that minimise R(columns w) + lambda |w|_1 + ridge |w|^2 / 2,
/// from `weights`.  Where `both_signs` is false they are at least 0.
Field best_weights(const Risk& risk, const Matrix& columns, double penalty, Field weights, bool both_signs,
                   double ridge = 0.0);
/// Weights of at least 0 with the sums of `weights` over groups (one number a weight, from 0) that minimise
/// R(columns w) + costs . w.
Field best_shares(const Risk& risk, const Matrix& columns, const Field& costs, Field weights,
                  const std::vector<Index>& groups);

}  // namespace widelimit
