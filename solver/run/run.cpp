// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/directory.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/lock.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/baselines.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/descent_run.hpp"
#include "widelimit/run/fluctuation_run.hpp"
#include "widelimit/run/grid_run.hpp"
#include "widelimit/run/network_run.hpp"

namespace widelimit {
namespace {

/// One case that is computed in a directory: the run itself, or one level of its study.
struct Level {
    Case c;
    std::string directory;
    double value = 0.0;
};

/// Whether the directory holds exactly what this case says.
bool same_case(const Case& c, const std::string& directory)
{
    const std::string path = directory + "/case.toml";
    if (!is_there(path)) {
        return false;
    }
    try {
        return Case(read_toml(path), c.name).canonical() == c.canonical();
    } catch (const ConfigError&) {
        return false;  // edited, or its data are gone
    }
}

bool is_finished(const Case& c, const std::string& directory)
{
    const Earlier earlier = read_earlier(directory);
    return earlier.status == "done" && earlier.fingerprint == c.fingerprint() && same_case(c, directory);
}

void check_restart(const Case& c, const std::string& directory, const Earlier& earlier)
{
    if (earlier.fingerprint != c.fingerprint()) {
        throw ConfigError(
            directory + ": holds a run of another case: " + difference(earlier.fingerprint, c.fingerprint()) +
            "; only time.end, [output], [[claim]] and [figure] may change over --restart: start anew "
            "with --force, or choose another place with --out");
    }
}

const std::vector<std::string> outputs = {
    "case.toml",      "summary.json",           "series.csv",    "fields.nc",   "particles.nc",
    "checkpoint.nc",  "checkpoint.previous.nc", "baselines.csv", "optimum.csv", "plans.txt",
    "fluctuations.nc"};

/// Whether a run was ever begun here: one that was killed at once has left no summary.
bool has_traces(const std::string& directory)
{
    return is_there(directory + "/summary.json") || is_there(directory + "/case.toml") ||
           is_there(directory + "/lock");
}

/// A directory without a run in it.
void check_empty(const RunOptions& options)
{
    if (options.restart && !has_traces(options.directory)) {
        throw ConfigError(options.directory + ": nothing to restart: no run in this directory");
    }
    for (const std::string& name : outputs) {
        if (is_there(options.directory + "/" + name) && !has_traces(options.directory)) {
            throw ConfigError(options.directory + ": holds a file '" + name +
                              "' that no run has written; replace it with --force, or choose another place "
                              "with --out");
        }
    }
}

/// Whether the directory may be used; true if the run in it is finished and identical.
bool check_directory(const Case& c, const std::vector<Level>& levels, const RunOptions& options)
{
    if (options.force) {
        return false;
    }
    const Earlier earlier = read_earlier(options.directory);
    if (earlier.status.empty()) {
        check_empty(options);
        return false;
    }
    if (is_finished(c, options.directory)) {
        return true;
    }
    if (!options.restart) {
        const bool same = earlier.fingerprint == c.fingerprint();
        throw ConfigError(
            options.directory + ": holds " + (same ? "an unfinished or changed" : "another") +
            " run; continue it with --restart, replace it with --force, or choose another place "
            "with --out");
    }
    check_restart(c, options.directory, earlier);
    for (const Level& level : levels) {
        find_checkpoint(level.directory, level.c.fingerprint(), level.c.time.limits.end);
        if (level.c.particles) {
            find_checkpoint(level.directory + "/networks", level.c.fingerprint(), level.c.particles->end);
        }
    }
    return false;
}

/// Removes what an earlier run has written, and nothing else.
void clear(const std::string& directory, bool was_run)
{
    for (const std::string& name : outputs) {
        remove_all(directory + "/" + name);
        remove_all(directory + "/" + name + ".partial");
    }
    for (const char* name : {"training", "series", "snapshots", "convergence", "widths", "run", "baselines",
                             "neurons", "ensemble", "boundary", "regimes", "fluctuations"}) {
        remove_all(directory + "/figures/" + name + ".pdf");
        remove_all(directory + "/figures/" + name + ".png");
    }
    remove_if_empty(directory + "/figures");
    for (const char* name : {"networks", "flow-networks", "fluctuations", "biases", "resolution", "levels"}) {
        if (was_run) {
            remove_all(directory + "/" + name);
        }
    }
}

Evidence evidence_of(const std::string& directory, const Summary& summary)
{
    Evidence evidence;
    evidence.metrics = summary.metrics;
    if (is_there(directory + "/series.csv")) {
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
    } catch (const Interruption&) {
        // Nothing that has not been written is lost but the work at hand.
    } catch (const std::exception& error) {
        try {
            close("failed", error.what());
        } catch (const WriteError&) {
            // What failed first is what the user has to know.
        }
        throw;
    }
    close(interrupted() != 0 ? "interrupted" : "done", "");
    return summary;
}

/// What was measured of transforms is kept beside the run, so that a restart has the same bits.
std::unique_ptr<GridRun> planned(const Case& c, const std::string& directory, bool restart)
{
    const std::string file = directory + "/plans.txt";
    use_plans(c.grid->plans);
    if (c.grid->plans == Planning::guessed) {
        return prepared(c);
    }
    constexpr std::size_t most = std::size_t{1} << 24;
    if (restart && is_there(file) && !learn_plans(file_text(file, most))) {
        throw ConfigError(file +
                          ": not the plans that the run was begun with, so that it cannot be continued with "
                          "the same bits; start anew with --force");
    }
    std::unique_ptr<GridRun> run = prepared(c);
    write_atomically(file, measured_plans());
    return run;
}

void run_grid(const Case& c, const std::string& directory, const RunOptions& options, Summary& summary)
{
    const std::unique_ptr<GridRun> run = planned(c, directory, options.restart);
    run->write_to(directory);
    run->checkpoint_in(directory, c.fingerprint());
    if (options.progress) {
        run->show_progress(c.name);
    }
    if (options.restart) {
        if (const auto before = take_checkpoint(directory, c.fingerprint(), c.time.limits.end)) {
            run->restore(*before);
        }
    }
    run->go(summary);
    if (run->certificate()) {
        write_optimum(directory, c, run->certificate()->optimum.network);
    }
    if (c.output.baselines && interrupted() == 0) {
        run_baselines(c, directory, run->look(), summary);
    }
}

Summary run_level(const Case& c, const std::string& directory, const RunOptions& options)
{
    make_directory(directory);
    if (options.restart && is_finished(c, directory)) {
        return read_summary(directory);
    }
    write_atomically(directory + "/case.toml", c.resolved());
    return supervised(c, directory, [&](Summary& summary) {
        if (c.descent) {
            run_descent(c, directory, options, summary);
        }
        if (c.grid) {
            run_grid(c, directory, options, summary);
        }
        Ensemble networks;
        if (c.particles && interrupted() == 0) {
            networks = run_networks(c, directory, options, summary);
        }
        if (c.fluctuations && interrupted() == 0) {
            run_fluctuations(c, directory, options, networks, summary);
        }
    });
}

double varied_value(const StudyOptions& study, std::size_t level)
{
    const Value& value = study.levels[level].front();
    const bool number = value.is(Value::Kind::integer) || value.is(Value::Kind::number);
    return number ? value.number() : static_cast<double>(level + 1);
}

/// Every level of the study; without one, the case itself.  Reading them is checking them.
std::vector<Level> levels_of(const Case& c, const std::string& directory)
{
    if (c.study.empty()) {
        return {{c, directory, 0.0}};
    }
    std::vector<Level> levels;
    for (std::size_t level = 0; level < c.study.levels.size(); ++level) {
        levels.push_back(
            {c.level(level), directory + "/levels/" + std::to_string(level), varied_value(c.study, level)});
    }
    return levels;
}

void add_level(const Case& c, const Level& level, const Summary& part, Outcome& outcome)
{
    outcome.levels.push_back(evidence_of(level.directory, part));
    if (!c.study.empty()) {
        outcome.values.push_back(level.value);
    }
}

Outcome run_study(const Case& c, const std::vector<Level>& levels, const RunOptions& options)
{
    write_atomically(options.directory + "/case.toml", c.resolved());
    Outcome outcome;
    outcome.summary = supervised(c, options.directory, [&](Summary& summary) {
        summary.study_key = c.study.keys.front();
        for (const Level& level : levels) {
            const Summary part = run_level(level.c, level.directory, options);
            if (interrupted() != 0) {
                return;
            }
            add_level(c, level, part, outcome);
            summary.study_values.push_back(level.value);
            summary.study_metrics.push_back(part.metrics);
            summary.metrics = part.metrics;
            summary.guarantees = part.guarantees;
            summary.time_reached = part.time_reached;
        }
    });
    return outcome;
}

Outcome read_outcome(const Case& c, const std::vector<Level>& levels, const std::string& directory)
{
    Outcome outcome;
    outcome.summary = read_summary(directory);
    outcome.already_done = true;
    for (const Level& level : levels) {
        add_level(c, level, read_summary(level.directory), outcome);
    }
    return outcome;
}

void judge_claims(const Case& c, Outcome& outcome)
{
    outcome.summary.verdicts.clear();
    for (const Claim& claim : c.claims) {
        outcome.summary.verdicts.push_back(judge(claim, outcome.levels, outcome.values));
    }
}

Outcome compute(const Case& c, const std::vector<Level>& levels, const RunOptions& options)
{
    if (!c.study.empty()) {
        return run_study(c, levels, options);
    }
    Outcome outcome;
    outcome.summary = run_level(c, options.directory, options);
    add_level(c, levels.front(), outcome.summary, outcome);
    return outcome;
}

}  // namespace

Outcome run_case(const Case& c, const RunOptions& options)
{
    const std::vector<Level> levels = levels_of(c, options.directory);
    refuse_locked(options.directory);
    const auto already_done = [&] {
        Outcome outcome = read_outcome(c, levels, options.directory);
        judge_claims(c, outcome);
        return outcome;
    };
    if (check_directory(c, levels, options)) {
        return already_done();
    }
    const bool fresh = !has_traces(options.directory);
    make_directory(options.directory);
    const DirectoryLock lock(options.directory);
    if (check_directory(c, levels, options)) {  // another process may just have finished
        return already_done();
    }
    catch_interrupts();
    if (!options.restart) {
        clear(options.directory, !fresh);
    }
    Outcome outcome = compute(c, levels, options);
    if (outcome.summary.status == "done") {
        judge_claims(c, outcome);
        write_summary(options.directory, c.fingerprint(), outcome.summary);
    }
    return outcome;
}

}  // namespace widelimit
