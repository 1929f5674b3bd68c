// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <csignal>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/run/interrupt.hpp"
#include "widelimit/run/run.hpp"

namespace widelimit {
namespace {

void print_guarantees(const Summary& summary)
{
    for (const Guarantee& g : summary.guarantees) {
        const char* mark = !g.applies ? "-" : g.holds ? "holds" : "FAILS";
        fmt::print("  {:9} {:5}  {} ({:.3g})\n", g.name, mark, g.text, g.worst);
    }
}

void print_metrics(const Summary& summary)
{
    for (const auto& [name, value] : summary.metrics) {
        fmt::print("  {:44} {:.9g}\n", name, value);
    }
}

void print(const Outcome& outcome, const std::string& directory)
{
    const Summary& summary = outcome.summary;
    fmt::print("{}: {} at t = {:.6g}{}\n", directory, summary.status, summary.time_reached,
               outcome.already_done ? " (already done)" : fmt::format(", {:.1f} s", summary.wall_seconds));
    print_guarantees(summary);
    print_metrics(summary);
    for (const Verdict& verdict : summary.verdicts) {
        fmt::print("  claim {:5} {}: {}\n", verdict.holds ? "holds" : "FAILS", verdict.claim, verdict.value);
    }
}

std::string command_to_continue(const Arguments& arguments, const std::string& directory)
{
    std::string command = fmt::format("widelimit run '{}' --out '{}' --restart", arguments.target, directory);
    for (const std::string& key_value : arguments.overrides) {
        command += " --set '" + key_value + "'";
    }
    return command;
}

}  // namespace

int run_command(const Arguments& arguments)
{
    const std::string& path = arguments.target;
    const Case c(Case::tree(path, arguments.overrides), stem_of(path));
    if (arguments.dry_run) {
        fmt::print("{}", c.resolved());
        return 0;
    }
    RunOptions options;
    options.directory = arguments.out.empty() ? "runs/" + c.name : arguments.out;
    options.restart = arguments.restart;
    options.force = arguments.force;
    options.progress = !arguments.quiet;
    options.threads = arguments.threads;
    Outcome outcome = run_case(c, options);
    if (const int signal = interrupted(); signal != 0 && outcome.summary.status == "interrupted") {
        fmt::print(stderr, "widelimit: stopped at t = {:.6g}, checkpoint written; continue with\n  {}\n",
                   outcome.summary.time_reached, command_to_continue(arguments, options.directory));
        return static_cast<int>(signal == SIGINT ? Exit::interrupted : Exit::terminated);
    }
    judge_claims(c, outcome, options.directory);
    if (arguments.json) {
        fmt::print("{}", summary_json(c.fingerprint(), outcome.summary));
    } else if (!arguments.quiet) {
        print(outcome, options.directory);
    }
    return 0;
}

}  // namespace widelimit
