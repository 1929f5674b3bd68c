// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/run/observer.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// What the guards of a run saw, for its summary.
struct GuardRecord {
    double energy_increase = 0.0;  ///< largest (F_new - F_old) / scale over accepted steps
    double mass_drift = 0.0;
    double lowest_mass = std::numeric_limits<double>::infinity();
    double initial_log_mass = 0.0;
    double growth_integral = 0.0;  ///< of -kappa int psi dmu / mass, by the trapezoidal rule over all steps
};

/// Whether the total mass of the flow is constant.
bool keeps_mass(const GridFlow& flow);

/// Refuses what is not finite, naming where it comes from, and a mass beyond the range of numbers.  Guards
/// the three guarantees of docs/numerics.md on every trial: no negative mass, no drift of a constant mass, no
/// increase of F by more than 1e-12 of its terms where the scheme claims so (`dissipates`).
std::unique_ptr<Observer> make_flow_guard(GridFlow& flow, bool dissipates, GuardRecord& record);

}  // namespace widelimit
