// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/grid_bound.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/certificate/dual_bound.hpp"
#include "widelimit/core/numbers.hpp"

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

}  // namespace

double relative_grid_gap(const FreeEnergy& energy, const FreeEnergy::Evaluation& evaluation)
{
    const bool applies = energy.has_data() && !energy.problem().warm() &&
                         energy.problem().growth.kind == Growth::Kind::proportional &&
                         energy.confinement().minCoeff() > 0.0;
    if (!applies) {
        return missing;
    }
    const double top = feasible_scale(energy, evaluation.potential);
    const double dual = best_dual(*energy.problem().risk, evaluation.slope, top);
    return (evaluation.objective() - dual) / std::abs(evaluation.objective());
}

}  // namespace widelimit
