// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/run/case.hpp"
#include "widelimit/run/summary.hpp"

namespace widelimit {

struct RunOptions {
    std::string directory;
    bool restart = false;
    bool force = false;
    bool progress = true;
};

/// A run, level by level (one without a study), with what its claims are judged on.
struct Outcome {
    Summary summary;
    std::vector<Evidence> levels;
    std::vector<double> values;
    bool already_done = false;
};

/// Runs a case into its directory: the grid if it has one, networks if it has them, every level of a study;
/// and judges its claims (Summary::verdicts) unless it was interrupted.  Nothing is touched before the whole
/// case, the directory and what a restart needs have been checked.
///
/// ConfigError if the directory holds something else; with `restart` what is finished is not computed again,
/// and what is not continues with the bits of a run that was never stopped.
Outcome run_case(const Case& c, const RunOptions& options);

}  // namespace widelimit
