// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/run/case.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/summary.hpp"

namespace widelimit {

/// Why a problem has no convex baselines, in words; "" where it has.
std::string no_baselines(const Problem& problem, double ridge);

/// First-order methods over the output weights of the grid's neurons, which stand still (run_baseline): their
/// relative gaps after each pass over the data into baselines.csv; metrics baseline.<method>,
/// baseline_factor.<method>, baseline_promise.<method>, and baseline_optimum.
void run_baselines(const Case& c, const std::string& directory, const Look& end, Summary& summary);

}  // namespace widelimit
