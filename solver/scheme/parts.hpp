// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/core/blocks.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// div(mu M grad psi) at temperature 0.
std::unique_ptr<Part> make_transport(const GridFlow& flow);
/// The same by fluxes of order four and more for smooth densities on evenly divided axes; explicit only.
std::unique_ptr<Part> make_high_order_transport(const GridFlow& flow);
/// Drift and diffusion in one M-matrix: backward Euler with the potential frozen.  Positive for any dt,
/// conservative, and the Gibbs state of the frozen potential is a fixed point.
std::unique_ptr<Part> make_drift_diffusion(const GridFlow& flow);
/// div(mu M grad(psi + e'(u / m))) with an internal energy, tau log(u / m) included: one axis after another,
/// each by backward Euler and Newton's method with the potential frozen.  Positive, conservative, dissipating
/// for any dt for which Newton's method ends (not a number otherwise), and psi + e' constant is at rest.
std::unique_ptr<Part> make_internal_diffusion(const GridFlow& flow);
/// The growth laws of docs/model.md; exact for a frozen potential, positive for any dt.
std::unique_ptr<Part> make_growth(const GridFlow& flow);

/// What problem.source says; conservative, nonnegative for any dt.
std::unique_ptr<Part> make_source(const GridFlow& flow);

/// From the part's rates: Euler's step, or of order 2 Heun's, a mean of the state and two of Euler's
/// (strong-stability-preserving).
void explicit_step(const Part& part, double dt, Advance how, Field& state);

/// rate += what flows into each site through faces and point cells at the prepared potential.
void add_fluxes(const GridFlow& flow, const Field& state, Field& rate);

/// density of p in the cells of one channel (zero at point cells).
Field density_of(const GridFlow& flow, const Field& state, Index channel);

}  // namespace widelimit
