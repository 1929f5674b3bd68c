// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "widelimit/run/claim.hpp"

namespace widelimit {

/// One of the guarantees of docs/numerics.md, and whether it applied to this run.
struct Guarantee {
    std::string name;
    bool applies = false;
    bool holds = false;
    double worst = 0.0;
    std::string text;  ///< what it says, or why it does not apply
};

/// What summary.json says about a run.
struct Summary {
    std::string status = "running";  ///< running, done, interrupted, failed
    std::string reason;
    double time_reached = 0.0;
    double wall_seconds = 0.0;
    std::map<std::string, double> metrics;
    std::vector<Guarantee> guarantees;
    // A study:
    std::string study_key;
    std::vector<double> study_values;
    std::vector<std::map<std::string, double>> study_metrics;
    std::vector<Verdict> verdicts;
};

/// Written atomically to <directory>/summary.json, with versions, flags and ISA.
void write_summary(const std::string& directory, const std::string& fingerprint, const Summary& summary);

/// Status and fingerprint of the run in a directory; empty status if there is none.
struct Earlier {
    std::string status, fingerprint;
};
Earlier read_earlier(const std::string& directory);

/// The finished metrics of a run directory, for "already done".
Summary read_summary(const std::string& directory);

std::string summary_json(const std::string& fingerprint, const Summary& summary);

}  // namespace widelimit
