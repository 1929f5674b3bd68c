// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace widelimit {

/// What the command line says; each command uses its part.
struct Arguments {
    std::vector<std::string> words;    ///< all of it, the name of the program first
    std::string target;                ///< the case, run directory or name of a command that takes one
    std::vector<std::string> targets;  ///< those of a command that takes several
    std::vector<std::string> overrides;
    std::string out;
    std::string kind;      ///< of `list`
    std::string data;      ///< of `new --from-data` and `predict`
    std::string markdown;  ///< of `validate`
    std::string log_level = "info";
    long sample = 0, seed = 1;            ///< of `certify`, the seed also of `width`
    double error = 0.0, time = 0.0;       ///< of `width`
    long networks = 20, largest = 20000;  ///< of `width`
    int threads = 0;                      ///< 0: one a processor
    bool quiet = false, json = false, restart = false, force = false, dry_run = false, slow = false;
};

/// As shells count: 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP.
inline int exit_code_of(int signal)
{
    return 128 + signal;
}

// Each returns the exit code; errors are exceptions.
int run_command(const Arguments& arguments);
int predict_command(const Arguments& arguments);
int certify_command(const Arguments& arguments);
int validate_command(const Arguments& arguments);
int plot_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int width_command(const Arguments& arguments);
int new_command(const Arguments& arguments);

}  // namespace widelimit
