// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>

#include "widelimit/core/error.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/lock.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/grid_run.hpp"
#include "widelimit/run/interrupt.hpp"
#include "widelimit/run/network_run.hpp"

namespace widelimit {
namespace {

namespace fs = std::filesystem;

void make_directory(const std::string& directory)
{
    std::error_code error;
    fs::create_directories(directory, error);
    if (error || !fs::is_directory(directory)) {
        throw WriteError("cannot make the directory '" + directory +
                         "': " + (error ? error.message() : "a file of that name exists"));
    }
}

std::string written_case(const std::string& directory)
{
    const std::string path = directory + "/case.toml";
    return fs::exists(path) ? file_text(path, 10'000'000) : "";
}

/// Whether the directory may be used; true if the run in it is finished and identical.
bool check_directory(const Case& c, const RunOptions& options)
{
    const Earlier earlier = read_earlier(options.directory);
    if (earlier.status.empty()) {
        if (options.restart) {
            throw ConfigError(options.directory + ": nothing to restart: no run in this directory");
        }
        return false;
    }
    const bool same = earlier.fingerprint == c.fingerprint();
    if (options.restart) {
        if (!same) {
            throw ConfigError(options.directory +
                              ": holds a run of another case: only time.end, [output], "
                              "[[claim]] and [figure] may change over --restart");
        }
        return false;
    }
    const bool reached = earlier.status == "done" && same && written_case(options.directory) == c.resolved();
    if (!reached && !options.force) {
        throw ConfigError(
            options.directory + ": holds " + (same ? "an unfinished or changed" : "another") +
            " run; continue it with --restart, replace it with --force, or choose another place "
            "with --out");
    }
    return reached && !options.force;
}

void clear(const std::string& directory)
{
    for (const char* name : {"case.toml", "summary.json", "series.csv", "fields.nc", "particles.nc",
                             "checkpoint.nc", "checkpoint.previous.nc", "levels", "figures"}) {
        fs::remove_all(directory + "/" + name);
    }
}

Evidence evidence_of(const std::string& directory, const Summary& summary)
{
    Evidence evidence;
    evidence.metrics = summary.metrics;
    if (fs::exists(directory + "/series.csv")) {
        evidence.series = read_series(directory + "/series.csv");
    }
    return evidence;
}

/// Runs the body and leaves a summary with its status, whatever happens.
template <class Body>
Summary supervised(const Case& c, const std::string& directory, Body&& body)
{
    const auto begin = std::chrono::steady_clock::now();
    Summary summary;
    write_summary(directory, c.fingerprint(), summary);
    const auto close = [&](const std::string& status, const std::string& reason) {
        summary.status = status;
        summary.reason = reason;
        summary.wall_seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        write_summary(directory, c.fingerprint(), summary);
    };
    try {
        body(summary);
    } catch (const std::exception& error) {
        close("failed", error.what());
        throw;
    }
    close(interrupted() != 0 ? "interrupted" : "done", "");
    return summary;
}

Summary run_single(const Case& c, const RunOptions& options)
{
    const std::string& directory = options.directory;
    write_atomically(directory + "/case.toml", c.resolved());
    return supervised(c, directory, [&](Summary& summary) {
        if (c.grid) {
            GridRun run(c, directory, options.progress);
            if (options.restart && fs::exists(directory + "/checkpoint.nc")) {
                run.restore();
            }
            run.go(summary);
        }
        if (c.particles && interrupted() == 0) {
            run_networks(c, directory, options, summary);
        }
    });
}

double varied_value(const StudyOptions& study, std::size_t level)
{
    const Value& value = study.levels[level].front();
    const bool number = value.is(Value::Kind::integer) || value.is(Value::Kind::number);
    return number ? value.number() : static_cast<double>(level + 1);
}

Outcome run_study(const Case& c, const RunOptions& options)
{
    std::vector<Case> cases;
    for (std::size_t level = 0; level < c.study.levels.size(); ++level) {
        cases.push_back(c.level(level));
    }
    write_atomically(options.directory + "/case.toml", c.resolved());
    Outcome outcome;
    outcome.summary = supervised(c, options.directory, [&](Summary& summary) {
        summary.study_key = c.study.keys.front();
        for (std::size_t level = 0; level < cases.size() && interrupted() == 0; ++level) {
            RunOptions single = options;
            single.directory = options.directory + "/levels/" + std::to_string(level);
            make_directory(single.directory);
            const Summary part = run_single(cases[level], single);
            outcome.levels.push_back(evidence_of(single.directory, part));
            outcome.values.push_back(varied_value(c.study, level));
            summary.study_values.push_back(outcome.values.back());
            summary.study_metrics.push_back(part.metrics);
            summary.metrics = part.metrics;
            summary.guarantees = part.guarantees;
            summary.time_reached = part.time_reached;
        }
    });
    return outcome;
}

}  // namespace

Outcome read_outcome(const Case& c, const std::string& directory)
{
    Outcome outcome;
    outcome.summary = read_summary(directory);
    outcome.already_done = true;
    if (c.study.empty()) {
        outcome.levels.push_back(evidence_of(directory, outcome.summary));
    }
    for (std::size_t level = 0; level < c.study.levels.size(); ++level) {
        const std::string part = directory + "/levels/" + std::to_string(level);
        outcome.levels.push_back(evidence_of(part, read_summary(part)));
        outcome.values.push_back(varied_value(c.study, level));
    }
    return outcome;
}

Outcome run_case(const Case& c, const RunOptions& options)
{
    if (check_directory(c, options)) {
        return read_outcome(c, options.directory);
    }
    make_directory(options.directory);
    const DirectoryLock lock(options.directory);
    if (!options.restart) {
        clear(options.directory);
    }
    catch_interrupts();
    if (!c.study.empty()) {
        return run_study(c, options);
    }
    Outcome outcome;
    outcome.summary = run_single(c, options);
    outcome.levels.push_back(evidence_of(options.directory, outcome.summary));
    return outcome;
}

std::vector<Verdict> judge_claims(const Case& c, Outcome& outcome, const std::string& directory)
{
    std::vector<Verdict> verdicts;
    for (const Claim& claim : c.claims) {
        verdicts.push_back(judge(claim, outcome.levels, outcome.values));
    }
    outcome.summary.verdicts = verdicts;
    if (!outcome.already_done) {
        write_summary(directory, c.fingerprint(), outcome.summary);
    }
    return verdicts;
}

}  // namespace widelimit
