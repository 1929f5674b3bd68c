// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include "widelimit/problem/internal.hpp"

namespace widelimit {

/// Two cells beside a face: r = u / m in both, m at the face, psi_left - psi_right and the mobility over the
/// distance of the centres.
struct InternalFace {
    double left, right, reference, drop, conductance;
};

/// The flux per area and bounds from below on its slopes, of_left = d / d left and of_right = -d / d right,
/// cut at 0.
struct InternalFlux {
    double value, of_left, of_right;
};

/// -m r M grad(psi + e'(r)) with, at the face, the mean of r that makes the chain rule hold for differences,
///
///     mean (e'(left) - e'(right)) = P(left) - P(right),
///
/// but at most twice the value upstream, so that a cell that holds nothing loses nothing.  Where psi + e' is
/// constant nothing flows, and what flows goes down psi + e'.  Bessemoulin-Chatard, Numer. Math. 121 (2012).
inline InternalFlux internal_flux(const Internal& e, const InternalFace& face)
{
    const double a = face.left, b = face.right;
    const double difference = e.slope(a) - e.slope(b), pull = face.drop + difference;
    const double factor = face.conductance * face.reference;
    const double mean = e.mean(a, b), upstream = pull > 0.0 ? a : b;
    if (mean > 2.0 * upstream) {
        const double of_upstream = 2.0 * (std::abs(pull) + e.pressure_slope(upstream));
        const double of_other = 2.0 * upstream * e.curvature(pull > 0.0 ? b : a);
        return {2.0 * factor * upstream * pull, factor * (pull > 0.0 ? of_upstream : of_other),
                factor * (pull > 0.0 ? of_other : of_upstream)};
    }
    const auto mean_slope = [&](double here) {
        const double slope = e.curvature(here) * std::abs((here - mean) / difference);
        return slope < 1.0 ? slope : 1.0;
    };
    const double of_a = difference == 0.0 ? 0.5 : mean_slope(a);
    const double of_b = difference == 0.0 ? 0.5 : mean_slope(b);
    return {factor * mean * pull, factor * std::max(0.0, e.pressure_slope(a) + of_a * face.drop),
            factor * std::max(0.0, e.pressure_slope(b) - of_b * face.drop)};
}

}  // namespace widelimit
