// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/problem/exact.hpp"
#include "widelimit/problem/plane_wave.hpp"

namespace widelimit {

/// Flows of a discrepancy that are known in closed form, mu of mass M and nu of mass N; null where the
/// problem is not of the form.  Everywhere: growth none, transport with mobility 1, amplitude none, constant
/// speed.

/// Springs, K(z) = (a / 2) |z|^2 on all coordinates, all of them lines, V = (b / 2) |x|^2 and a temperature,
/// from independent Gaussians: a Gaussian for ever, whatever the law and the atoms of nu.  With n = int x
/// dnu,
///
///     mean' = -(b - a N) mean - a n,    covariance' = -2 (a (M - N) + b) covariance + 2 tau.
///
/// values(): NormalPath's, confinement, discrepancy, objective.
std::shared_ptr<const Exact> make_springs(const Problem& problem, double strength, double decay);

/// K(z) = cos z on one circle of length 2 pi from a Poisson law, temperature 0: a Poisson law for ever.  Of
/// nu only R = int cos(x - centre) dnu matters; its sine must be 0.  The radius r follows
///
///     r' = (R - M r) (1 - r^2) / 2,    D = (R - M r)^2 / 2.
///
/// values(): discrepancy, mass, objective.
std::shared_ptr<const Exact> make_cosine_flow(const Problem& problem);

/// The Sobolev kernel of order 1 on all coordinates, all of them circles, nu uniform or absent, from a plane
/// wave 1 + a cos(phi), temperature 0: div grad psi = M - volume * u, hence along characteristics
///
///     phi_t = phi_0 + s sin(phi_0),    u / mean = (1 + a cos(phi_0)) / (1 + s cos(phi_0)),    s = a (1 -
///     exp(-M t)),
///
/// at any amplitude, and D = M^2 a^2 exp(-2 M t) / (4 |xi|^2).  values(): discrepancy, mass, objective.
std::shared_ptr<const Exact> make_spreading_wave(const Problem& problem);

/// Any kernel on all coordinates, all of them circles, nu uniform or absent, from a plane wave of an
/// amplitude a <= 1e-4; or no kernel and any amplitude.  The linearised flow (exact without a kernel) keeps
/// the wave and
///
///     a(t) = a exp(-|xi|^2 (K(xi) M t + int tau dt)),    D = K(0) (M - N)^2 / 2 + K(xi) M^2 a(t)^2 / 4.
///
/// What it leaves out is, to leading order, a second harmonic of at most a^2 / 2 of the mean density; the
/// part of D that changes is off by a factor 1 + O(a^2).  values(): mass, objective; with a kernel
/// discrepancy.
std::shared_ptr<const Exact> make_fading_wave(const Problem& problem);

/// The plane wave at time 0 of a flow on a torus whose target is its uniform law, or none; null otherwise.
std::shared_ptr<const PlaneWave> wave_on_torus(const Problem& problem);

/// There is nothing but transport, at a constant speed.
bool only_moves(const Problem& problem);

}  // namespace widelimit
