// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
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

/// The numbers that most people want to see at once; all are in summary.json.
void print_metrics(const Summary& summary)
{
    for (const char* name :
         {"objective", "risk", "mass", "margin", "grid_gap", "mass_balance", "l1_error", "prediction_error",
          "error", "contraction", "margin.l1", "margin.l2", "margin.linf", "margin.quasi",
          "margin.fourier_l1", "margin.fourier_quasi", "steps", "rejected"}) {
        const auto found = summary.metrics.find(name);
        if (found != summary.metrics.end()) {
            fmt::print("  {:18} {:.8g}\n", name, found->second);
        }
    }
}

double metric_or_nan(const Summary& summary, const std::string& name)
{
    const auto found = summary.metrics.find(name);
    return found == summary.metrics.end() ? std::nan("") : found->second;
}

/// Particles under a kernel predict nothing; how far their energy is from that of the grid when they stop.
void print_energies(const Case& c, const Summary& summary, const std::string& start)
{
    fmt::print("  distance of the energy of particles ({}) to that of the grid\n  {:>10}  {:>12}\n", start,
               "width", fmt::format("t = {:.6g}", c.particles->at.back()));
    for (const Index width : c.particles->widths) {
        const double distance = metric_or_nan(summary, fmt::format("energy_distance.{}.{}", start, width));
        fmt::print("  {:>10}  {:12.4g}\n", width, distance);
    }
}

/// Distances of finite networks to the grid: a row a width, a column a time.
void print_distances(const Case& c, const Summary& summary)
{
    if (!c.particles || !c.grid || !c.study.empty()) {
        return;
    }
    for (const std::string& start : c.particles->starts) {
        if (!c.problem.features) {
            print_energies(c, summary, start);
            continue;
        }
        fmt::print("  distance of networks ({}) to the grid\n  {:>10}", start, "width");
        for (const double at : c.particles->at) {
            fmt::print("  {:>12}", fmt::format("t = {:.6g}", at));
        }
        const auto row = [&](const std::string& label, const std::string& name) {
            fmt::print("\n  {:>10}", label);
            for (const double at : c.particles->at) {
                fmt::print("  {:12.4g}", metric_or_nan(summary, fmt::format("{}@{:.6g}", name, at)));
            }
        };
        for (const Index width : c.particles->widths) {
            row(std::to_string(width), fmt::format("prediction_distance.{}.{}", start, width));
        }
        if (start == "random" && summary.metrics.count("prediction_distance.random.slope" +
                                                       fmt::format("@{:.6g}", c.particles->at.front())) > 0) {
            row("slope", "prediction_distance.random.slope");
        }
        if (c.particles->resolution) {
            row("grid error", "resolution_error");
        }
        fmt::print("\n");
    }
}

void print(const Case& c, const Outcome& outcome, const std::string& directory)
{
    const Summary& summary = outcome.summary;
    fmt::print("{}: {} at t = {:.6g}{}\n", directory, summary.status, summary.time_reached,
               outcome.already_done ? " (already done)" : fmt::format(", {:.1f} s", summary.wall_seconds));
    print_guarantees(summary);
    print_metrics(summary);
    print_distances(c, summary);
    for (const Verdict& verdict : summary.verdicts) {
        fmt::print("  claim {:5} {}: {}\n", verdict.holds ? "holds" : "FAILS", verdict.claim, verdict.value);
    }
}

/// As one word of a POSIX shell.
std::string shell_word(const std::string& word)
{
    const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+@%";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) {
        return word;
    }
    std::string text = "'";
    for (const char c : word) {
        text += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return text + "'";
}

/// The same words from the same working directory, with --restart.
std::string command_to_continue(const Arguments& arguments)
{
    const auto begin = arguments.words.begin();
    std::string command = shell_word(begin[0]) + " " + begin[1] + " --restart";  // before any "--"
    for (auto word = begin + 2; word != arguments.words.end(); ++word) {
        if (*word != "--force" && *word != "--restart") {
            command += " " + shell_word(*word);
        }
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
    const Outcome outcome = run_case(c, options);
    if (const int signal = interrupted(); signal != 0 && outcome.summary.status == "interrupted") {
        const std::string text = fmt::format("widelimit: stopped at t = {:.6g}; continue with\n  {}\n",
                                             outcome.summary.time_reached, command_to_continue(arguments));
        std::fputs(text.c_str(), stderr);  // which may be gone: that is no failure
        return exit_code_of(signal);
    }
    if (arguments.json) {
        fmt::print("{}", summary_json(c.fingerprint(), outcome.summary));
    } else if (!arguments.quiet) {
        print(c, outcome, options.directory);
    }
    return 0;
}

}  // namespace widelimit
