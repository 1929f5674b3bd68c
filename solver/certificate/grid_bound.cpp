// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/grid_bound.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace widelimit {
namespace {

/// Largest s in [0, 1] with s (psi - V) + V >= 0 at every site.
double feasible_scale(const FreeEnergy& energy, const Field& potential)
{
    const Field& v = energy.confinement();
    double scale = 1.0;
    for (Index c = 0; c < energy.layout().channels; ++c) {
        for (Index i = 0; i < energy.layout().sites(); ++i) {
            const double pull = potential[c * energy.layout().sites() + i] - v[i];
            if (pull < 0.0) {
                scale = std::min(scale, v[i] / -pull);
            }
        }
    }
    return scale;
}

/// Largest -R*(s r) over [0, top], a concave function of s, by golden section.
double best_dual(const Risk& risk, const Field& slope, double top)
{
    const double golden = 0.5 * (std::sqrt(5.0) - 1.0);
    const auto dual = [&](double s) { return -risk.conjugate(s * slope); };
    double low = 0.0, high = top, best = std::max(dual(0.0), dual(top));
    for (int pass = 0; pass < 60; ++pass) {
        const double a = high - golden * (high - low), b = low + golden * (high - low);
        const double at_a = dual(a), at_b = dual(b);
        best = std::max({best, at_a, at_b});
        (at_a < at_b ? low : high) = at_a < at_b ? a : b;
    }
    return best;
}

}  // namespace

double relative_grid_gap(const FreeEnergy& energy, const FreeEnergy::Evaluation& evaluation)
{
    const bool applies = energy.has_data() && !energy.problem().warm() &&
                         energy.problem().growth.kind == Growth::Kind::proportional &&
                         energy.confinement().minCoeff() > 0.0;
    if (!applies) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double top = feasible_scale(energy, evaluation.potential);
    const double dual = best_dual(*energy.problem().risk, evaluation.slope, top);
    return (evaluation.objective() - dual) / std::abs(evaluation.objective());
}

}  // namespace widelimit
