// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/run/build_info.hpp"
#include "widelimit/run/interrupt.hpp"
#include "widelimit/run/run.hpp"

namespace widelimit {
namespace {

namespace fs = std::filesystem;

struct Row {
    std::string name;
    Verdict verdict;
    std::string why;
};

struct Report {
    std::vector<Row> rows;
    bool failed = false, broken = false;

    int code() const
    {
        return static_cast<int>(broken ? Exit::computation : failed ? Exit::claim : Exit::done);
    }
};

/// Case files with the names that they get: the path below the folder that was given.
std::vector<std::pair<std::string, std::string>> find_cases(const std::string& target)
{
    std::vector<std::pair<std::string, std::string>> found;
    if (!fs::is_directory(target)) {
        return {{target, stem_of(target)}};
    }
    for (const auto& entry : fs::recursive_directory_iterator(target)) {
        if (entry.path().extension() == ".toml") {
            fs::path name = fs::relative(entry.path(), target);
            found.emplace_back(entry.path().string(), name.replace_extension().string());
        }
    }
    if (found.empty()) {
        throw ConfigError(target + ": no case files (*.toml) in this folder");
    }
    std::sort(found.begin(), found.end());
    return found;
}

void check_one(const Case& c, const RunOptions& options, Report& report)
{
    if (c.claims.empty()) {
        report.rows.push_back({c.name, {"a case has claims", "", "none", false}, ""});
        report.failed = true;
        return;
    }
    Outcome outcome = run_case(c, options);
    if (interrupted() != 0) {
        return;
    }
    const auto verdicts = judge_claims(c, outcome, options.directory);
    for (std::size_t k = 0; k < verdicts.size(); ++k) {
        report.rows.push_back({c.name, verdicts[k], c.claims[k].why});
        report.failed = report.failed || !verdicts[k].holds;
    }
    for (const Guarantee& g : outcome.summary.guarantees) {
        if (g.applies && !g.holds) {
            report.rows.push_back(
                {c.name, {"guarantee " + g.name, "", fmt::format("{:.3g}", g.worst), false}, ""});
            report.failed = true;
        }
    }
}

void print(const Report& report, bool quiet)
{
    for (const Row& row : report.rows) {
        if (!quiet || !row.verdict.holds) {
            fmt::print("{} {:32} {}: {}\n", row.verdict.holds ? "ok  " : "FAIL", row.name, row.verdict.claim,
                       row.verdict.value);
        }
    }
    const auto bad = std::count_if(report.rows.begin(), report.rows.end(),
                                   [](const Row& row) { return !row.verdict.holds; });
    fmt::print("{} claims, {} failed\n", report.rows.size(), bad);
}

std::string markdown(const Report& report)
{
    const std::time_t now = std::time(nullptr);
    char date[16];
    std::strftime(date, sizeof date, "%Y-%m-%d", std::gmtime(&now));
    std::string text =
        "# Validation\n\nEvery claim of every case, as measured. Written by `script/validate`, not by "
        "hand.\n\n";
    text += fmt::format("{}, commit {}, {}\n\n", date, build_info().commit, build_info().isa);
    text += "| case | claim | value | holds | why this bound |\n| --- | --- | --- | --- | --- |\n";
    for (const Row& row : report.rows) {
        text += fmt::format("| {} | {} | {} | {} | {} |\n", row.name, row.verdict.claim, row.verdict.value,
                            row.verdict.holds ? "yes" : "**no**", row.why);
    }
    return text;
}

}  // namespace

int validate_command(const Arguments& arguments)
{
    Report report;
    const auto targets =
        arguments.targets.empty() ? std::vector<std::string>{"validation/cases"} : arguments.targets;
    for (const std::string& target : targets) {
        const bool folder = fs::is_directory(target);
        for (const auto& [path, name] : find_cases(target)) {
            RunOptions options;
            options.force = true;
            options.progress = !arguments.quiet;
            options.threads = arguments.threads;
            const std::string out = arguments.out.empty() ? "runs/validate" : arguments.out;
            options.directory = folder || arguments.out.empty() ? out + "/" + name : out;
            try {
                const Case c(Case::tree(path, arguments.overrides), name, {arguments.threads, false});
                if (folder && c.slow && !arguments.slow) {
                    continue;
                }
                check_one(c, options, report);
            } catch (const NumericalError& error) {
                report.rows.push_back({name, {"the case can be computed", "", error.what(), false}, ""});
                report.broken = true;
            }
            if (const int signal = interrupted(); signal != 0) {
                return static_cast<int>(signal == SIGINT ? Exit::interrupted : Exit::terminated);
            }
        }
    }
    print(report, arguments.quiet);
    if (!arguments.markdown.empty()) {
        write_atomically(arguments.markdown, markdown(report));
    }
    return report.code();
}

}  // namespace widelimit
