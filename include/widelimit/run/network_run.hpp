// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/run/run.hpp"

namespace widelimit {

/// Times at which networks are looked at: particles.per_decade from 0.01 on, and particles.at.
std::vector<double> network_times(const ParticleOptions& particles);

/// Finite networks of every width, seed and start of the case, into particles.nc; beside a grid solution in
/// the same directory also their distances to it.  Adds metrics "<name>.<start>.<width>@<time>".
void run_networks(const Case& c, const std::string& directory, const RunOptions& options, Summary& summary);

}  // namespace widelimit
