// SPDX-License-Identifier: BSD-3-Clause
#include "network_training.hpp"

#include <limits>

#include "widelimit/core/error.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/meter.hpp"

namespace widelimit {

EnsembleOptions training_of(const Case& c)
{
    EnsembleOptions options;
    if (const auto& particles = c.particles) {
        options.online = particles->online;
        options.stepper = particles->stepper;
        options.stepping = particles->stepping;
        options.largest_step = particles->step;
        options.paths = particles->paths;
        options.batch = particles->batch;
        options.momentum = particles->momentum;
        options.courant = particles->fixed ? std::numeric_limits<double>::infinity() : options.courant;
    } else if (c.problem.warm()) {
        options.stepper = "euler-maruyama";
    }
    return options;
}

std::vector<NetworkResult> train_networks(const Case& c, const std::vector<NetworkSpec>& specs,
                                          const std::vector<double>& times, const std::string& place,
                                          EnsembleOptions ensemble, const RunOptions& options)
{
    const std::string fingerprint = c.fingerprint();
    NetworkCheckpoints checkpoints(place, fingerprint, specs.size(), c.output.checkpoint);
    if (const auto before = take_checkpoint(place, fingerprint, times.back())) {
        checkpoints.load(*before);
    }
    ensemble.checkpoints = &checkpoints;
    Meter meter("networks", c.output.progress);
    const auto progress = [&](double part) {
        if (options.progress && meter.due()) {
            meter.show(part, std::to_string(specs.size()) + " networks");
        }
    };
    try {
        auto results = simulate(c.problem, specs, times, ensemble, progress);
        checkpoints.write();
        return results;
    } catch (const NumericalError&) {
        checkpoints.write();
        throw;
    }
}

}  // namespace widelimit
