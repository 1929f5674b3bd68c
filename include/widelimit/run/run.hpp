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

/// Runs a case into its directory: the grid if it has one, networks if it has them, every level of a study.
/// Nothing is touched before the whole case has been checked.
Outcome run_case(const Case& c, const RunOptions& options);

/// Judges the claims of a case and adds the verdicts to its summary on disk.
std::vector<Verdict> judge_claims(const Case& c, Outcome& outcome, const std::string& directory);

/// What a finished directory holds.
Outcome read_outcome(const Case& c, const std::string& directory);

}  // namespace widelimit
