// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// The convex problem over output weights that remains where neurons stand still,
///
///     G(w) = R(A w) + l1 |w|_1 + l2 |w|^2 / 2,     R(f) = sum_i v_i l(f_i),
///
/// A = `columns` (nodes x neurons), w of both signs or at least 0.  R must be a sum of losses of bounded
/// curvature (Risk::smoothness), and one of the penalties above 0.
struct FrozenNeurons {
    const Risk* risk;
    Matrix columns;
    double l1 = 0.0, l2 = 0.0;
    bool both_signs = true;
    double start = 1.0;  ///< sum of the masses that `mirror` starts from; the others start from w = 0

    double objective(const Field& weights) const;
    /// The least of it, to round-off: active set and Newton.
    double least() const;
    /// Curvature of one summand n v_i l(a_i . w) + l2 |w|^2 / 2, the largest over i, and of the whole smooth
    /// part.
    double summand_smoothness() const;
    double smoothness() const;
};

/// What a first-order method did: G - min G over min G after each pass over the data (n gradients of single
/// data).
struct Baseline {
    Field gaps;  ///< passes + 1, the start first
    /// What theory promises a pass to multiply by in the end: 1 where it promises no linear rate.
    double promised = 1.0;
    /// What a pass did multiply by: least squares of log gap over the later half of the passes in which it
    /// was above round-off.
    double observed = 1.0;
};

/// "gradient", "sgd", "sag", "saga", "mirror".
///
///     gradient  proximal full gradient, step 1 / L; factor 1 - l2 / L
///     sgd       proximal steps along one datum at random, the k-th 1 / (2 l + l2 k / 2), without l2
///               1 / (2 l sqrt(1 + k / n)); no linear rate
///     sag       average of the last gradient of every datum, step 1 / (16 l), proven for l1 = 0;
///               (1 - min(l2 / (16 l), 1 / (8 n)))^n (Schmidt, Le Roux and Bach 2017)
///     saga      the unbiased one, step 1 / (3 l); (1 - min(l2 / (3 l), 1 / (4 n)))^n (Defazio, Bach and
///               Lacoste-Julien 2014)
///     mirror    entropy: masses of either sign times exp(-step * slope), full gradients, step by
///               backtracking; the flow of growth without transport
///
/// with L and l the smoothness of the whole and of a summand.  Data are drawn as a function of the seed.
/// `least` is that of the problem.
Baseline run_baseline(const std::string& method, const FrozenNeurons& problem, double least, Index passes,
                      std::uint64_t seed);

}  // namespace widelimit
