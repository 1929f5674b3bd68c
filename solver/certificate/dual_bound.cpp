// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/dual_bound.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"

namespace widelimit {

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

double penalised_bound(const Risk& risk, const Units& units, double penalty, const Field& slope)
{
    const double most = units.supremum(-slope);
    return best_dual(risk, slope, most > penalty ? penalty / most : 1.0);
}

double margin_bound(const Field& labels, const Units& units, const Field& weights)
{
    expects(weights.minCoeff() >= 0.0 && weights.sum() > 0.0, "weights of at least 0, not all 0");
    return units.supremum((weights / weights.sum()).cwiseProduct(labels));
}

}  // namespace widelimit
