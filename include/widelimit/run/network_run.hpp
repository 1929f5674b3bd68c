// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/run/ensemble.hpp"
#include "widelimit/run/run.hpp"

namespace widelimit {

/// Times at which networks are looked at: particles.per_decade from 0.01 on, and particles.at.
std::vector<double> network_times(const ParticleOptions& particles);

/// Networks of a case, and what was noted of them.
struct Ensemble {
    std::vector<double> times;
    std::vector<NetworkSpec> networks;
    std::vector<NetworkResult> results;
};

/// Finite networks of every width, seed and start of the case, into particles.nc; beside a grid solution in
/// the same directory also their distances to it.  Adds metrics "<name>.<start>.<width>@<time>".  Empty if
/// the program was asked to stop.
Ensemble run_networks(const Case& c, const std::string& directory, const RunOptions& options,
                      Summary& summary);

}  // namespace widelimit
