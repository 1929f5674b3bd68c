// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/io/checkpoint.hpp"
#include "widelimit/run/trajectory.hpp"

namespace widelimit {

/// What networks of m neurons, started from independent draws, do around the solution mu on a grid as m
/// grows: with omega = lim sqrt(m) (mu^m - mu) and J the linearised flow,
///
///     d omega / dt = J omega (+ noise of the particles at a positive temperature),
///     Cov omega_0 = diag(E[q^2 | theta] p) - mu_0 mu_0,
///
/// q the mass of a neuron times m.  Everything is per neuron: divide a variance or a bias by m.
struct Fluctuations {
    std::vector<double> times;
    Matrix variance;           ///< lim m Var f_i, nodes x times
    Field objective_variance;  ///< lim m Var F, a number a time
    Matrix objective_start;    ///< eta_0 of F: dF_t / dmu_0, masses x times
    Matrix noise;              ///< the part of `variance` that noise of the particles makes
    /// What stochastic gradient descent by b rows in steps of h adds to Var f_i, over h / b, nodes x times:
    /// psi has a noise that is the same for all neurons, whatever their number.  Empty if it was not asked
    /// for.
    Matrix batch_noise;
    Field objective_batch_noise;  ///< the same of F
};

/// To second order: d nu / dt = J nu + E D^2 G(omega, omega) / 2, nu = lim m (E mu^m - mu).
struct Biases {
    std::vector<double> times;
    Matrix prediction;  ///< lim m (E f_i - f_i), nodes x times
    Field objective;    ///< lim m (E F(mu^m) - F(mu)), F without an entropy
    Matrix variance;    ///< lim m Var f_i once more, from the same columns
    Field error;        ///< of `objective`, the standard error of the random columns (0: all were taken)
    Index columns = 0;
};

/// Called with the share of the work that is done.
using FluctuationProgress = std::function<void(double)>;

/// Where a solve keeps all that it needs to go on later with the same bits.
struct Keeper {
    /// Of a solve that was stopped; of one along other steps nothing is taken.
    std::optional<Checkpoint> before;
    /// Whether it is time to keep something; when a solve is interrupted it always is.
    std::function<bool()> due;
    std::function<void(Checkpoint)> keep;
};

/// By one backward solve of the transposed equation for every output: -d eta / dt = J^T eta from eta_T =
/// phi_i (or psi, for F), then lim m Var = Var_0(eta_0) + int 2 tau int M |grad eta|^2 dmu ds. `times` are
/// those of the trajectory; F of problems with data or a kernel.
///
/// With `batches` also what drawing the rows of a step adds,
///     int W sum_i (r_i a_i)^2 / w_i - (sum_i r_i a_i)^2 ds,   a_i = <eta, d G / d r_i>.
Fluctuations predict_fluctuations(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                                  const FluctuationProgress& progress = {}, const Keeper& keeper = {},
                                  bool batches = false);

struct BiasOptions {
    /// Random columns; 0: one for every site that has mass in the beginning, which makes no error (at
    /// temperature 0 only).
    Index columns = 0;
    std::uint64_t seed = 0;
};

/// Forward: the columns of a square root of Cov omega_0 and, beside them, nu.
Biases predict_biases(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                      const BiasOptions& options = {}, const FluctuationProgress& progress = {},
                      const Keeper& keeper = {});

/// Mass at the start, and E[q^2 | theta] times the law, of every site and sign.
struct StartMoments {
    Field first, second;
};
StartMoments start_moments(const GridFlow& flow);

}  // namespace widelimit
