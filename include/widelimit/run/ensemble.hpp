// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "widelimit/particles/start.hpp"
#include "widelimit/problem/problem.hpp"
#include "widelimit/run/network_checkpoints.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// One network of finite width.
struct NetworkSpec {
    Index width = 1;
    std::uint64_t seed = 0;
    Start start = Start::random;
};

struct NetworkResult {
    Matrix predictions;   ///< times x nodes
    Field objective;      ///< at the times
    Field mass;           ///< of all neurons at the times
    Matrix coordinates;   ///< at the last time, coordinates x width, angles in [from, to)
    Field masses, signs;  ///< at the last time
    Matrix paths;         ///< times x state, coordinates and log masses, if they were asked for
    double time = 0.0;    ///< reached: the last of the times unless the simulation was interrupted
    std::int64_t steps = 0;
    std::int64_t rejected = 0;
};

/// Stochastic gradient descent of the full network (Problem::full) on fresh data.
struct OnlineOptions {
    Index batch = 1;
    double step = 1e-4;  ///< of the training, in the clock of the flow
    Index test = 20000;  ///< fresh inputs that the risk is averaged over
};

struct EnsembleOptions {
    /// Given: the full networks, in place of the particles of the reduced problem.
    std::optional<OnlineOptions> online;
    std::string stepper = "ssp-rk3";
    StepperOptions stepping;
    double largest_step = 0.02;
    double courant = 0.9;
    bool paths = false;  ///< keep the neurons at all times
    Index batch = 0;     ///< of stochastic gradient descent; 0: all data at every step
    /// Of gradient descent with momentum (heavy_ball.hpp), of a step of `largest_step`; 0: none.
    double momentum = 0.0;
    /// Added to the seed of every network.
    std::uint64_t seed_offset = 0;
    /// Where networks are kept, and continued if they are known there; null: nowhere.
    NetworkCheckpoints* checkpoints = nullptr;
};

/// Called under a lock, from any thread, at most ten times a second a network, with the share of the work
/// that is done (0 to 1, particles times time).
using EnsembleProgress = std::function<void(double)>;

/// Trains every network through `evolve`, the main loop of the measure on a grid, and looks at it at `times`
/// (not negative, increasing; all networks end at the last).  Results stand in the order of `networks` and
/// have the same bits for any number of threads.  If the program is asked to stop (interrupt.hpp), networks
/// are kept and left where they are.
///
/// Throws ConfigError where the problem has no particles, NumericalError naming the network that failed.
std::vector<NetworkResult> simulate(const Problem& problem, const std::vector<NetworkSpec>& networks,
                                    const std::vector<double>& times, const EnsembleOptions& options = {},
                                    const EnsembleProgress& progress = {});

}  // namespace widelimit
