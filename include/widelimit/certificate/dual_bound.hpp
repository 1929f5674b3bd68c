// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/certificate/units.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// Largest -R*(s r) over 0 <= s <= top, a concave function of s, by golden section.  Every s r with
/// |sum_i s r_i phi_i| <= lambda everywhere bounds min R(f) + lambda N(f) from below by -R*(s r).
double best_dual(const Risk& risk, const Field& slope, double top);

/// That bound for the slope r of R at some predictions, with the supremum over all units; -infinity if R*
/// is infinite on the whole segment.
double penalised_bound(const Risk& risk, const Units& units, double penalty, const Field& slope);

/// Weights p >= 0 of the nodes, brought to sum one: max over units of |sum_i p_i y_i phi_i|, which no network
/// of variation norm one exceeds in its least y_i f_i.
double margin_bound(const Field& labels, const Units& units, const Field& weights);

}  // namespace widelimit
