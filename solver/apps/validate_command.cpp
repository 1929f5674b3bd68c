// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/run/build_info.hpp"
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
    if (!is_folder(target)) {
        return {{target, stem_of(target)}};
    }
    for (const std::string& path : files_below(target, ".toml")) {
        fs::path name = fs::path(path).lexically_relative(target);
        found.emplace_back(path, name.replace_extension().string());
    }
    if (found.empty()) {
        throw ConfigError(target + ": no case files (*.toml) in this folder");
    }
    return found;
}

void check_one(const Case& c, const RunOptions& options, Report& report)
{
    if (c.claims.empty()) {
        report.rows.push_back({c.name, {"a case has claims", "", "none", false}, ""});
        report.failed = true;
        return;
    }
    const Outcome outcome = run_case(c, options);
    if (interrupted() != 0) {
        return;
    }
    const auto& verdicts = outcome.summary.verdicts;
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

void print_json(const Report& report)
{
    auto json = nlohmann::ordered_json::array();
    for (const Row& row : report.rows) {
        json.push_back({{"case", row.name},
                        {"claim", row.verdict.claim},
                        {"value", row.verdict.value},
                        {"holds", row.verdict.holds},
                        {"why", row.why}});
    }
    fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
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
        const bool folder = is_folder(target);
        for (const auto& [path, name] : find_cases(target)) {
            RunOptions options;
            options.force = true;
            options.progress = !arguments.quiet;
            const std::string out = arguments.out.empty() ? "runs/validate" : arguments.out;
            options.directory = folder || arguments.out.empty() ? out + "/" + name : out;
            try {
                const Case c(Case::tree(path, arguments.overrides), name);
                if (folder && c.slow && !arguments.slow) {
                    continue;
                }
                check_one(c, options, report);
            } catch (const NumericalError& error) {
                report.rows.push_back({name, {"the case can be computed", "", error.what(), false}, ""});
                report.broken = true;
            }
            if (const int signal = interrupted(); signal != 0) {
                return exit_code_of(signal);
            }
        }
    }
    if (arguments.json) {
        print_json(report);
    } else {
        print(report, arguments.quiet);
    }
    if (!arguments.markdown.empty()) {
        write_atomically(arguments.markdown, markdown(report));
    }
    return report.code();
}

}  // namespace widelimit
