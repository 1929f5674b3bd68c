// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/run/run.hpp"

namespace widelimit {

/// Metrics of a case with a [descent]: the mean over the seeds of each of its numbers, "error", with more
/// than one seed "error.deviation" of the seeds' numbers, and of up to sixteen each seed's own, "error.3".
std::vector<std::string> descent_metrics(const Descent& descent, const DescentOptions& options);

/// Trains all seeds of the case's [descent]; series.csv against the number of steps.
void run_descent(const Case& c, const std::string& directory, const RunOptions& options, Summary& summary);

}  // namespace widelimit
