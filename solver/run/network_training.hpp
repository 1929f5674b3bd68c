// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/run/ensemble.hpp"
#include "widelimit/run/run.hpp"

namespace widelimit {

/// How the networks of a case are trained; those of a case without [particles] as they would be by default.
EnsembleOptions training_of(const Case& c);

/// Continues what is known of the networks in the folder `place`, and leaves all there in the end.
std::vector<NetworkResult> train_networks(const Case& c, const std::vector<NetworkSpec>& specs,
                                          const std::vector<double>& times, const std::string& place,
                                          EnsembleOptions ensemble, const RunOptions& options);

}  // namespace widelimit
