// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace widelimit {

/// What the command line says; each command uses its part.
struct Arguments {
    std::string target;                ///< the case, run directory or name of a command that takes one
    std::vector<std::string> targets;  ///< those of a command that takes several
    std::vector<std::string> overrides;
    std::string out;
    std::string kind;      ///< of `list`
    std::string data;      ///< of `new --from-data` and `predict`
    std::string markdown;  ///< of `validate`
    int threads = 0;       ///< 0: one a core
    bool quiet = false, json = false, restart = false, force = false, dry_run = false, slow = false;
};

// Each returns the exit code; errors are exceptions.
int run_command(const Arguments& arguments);
int predict_command(const Arguments& arguments);
int validate_command(const Arguments& arguments);
int plot_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int new_command(const Arguments& arguments);

}  // namespace widelimit
