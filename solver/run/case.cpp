// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/case.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "case_checks.hpp"
#include "matrix_files.hpp"
#include "test_data.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/suggestion.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/problem/chosen.hpp"
#include "widelimit/run/descent_run.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/network_run.hpp"
#include "widelimit/scheme/flux.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The decimal number of 15 digits next to it: 3 * 0.1 is the 0.3 that another key gives.
double decimal(double time)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.15g", time);
    return std::strtod(text.data(), nullptr);
}

}  // namespace

std::vector<double> Timetable::times(double end) const
{
    std::vector<double> times = {0.0, end};
    for (double time : at) {
        times.push_back(time);
    }
    if (every > 0.0) {
        const auto multiple = [this](Index k) { return decimal(every * static_cast<double>(k)); };
        for (Index k = 1; multiple(k) < end; ++k) {
            times.push_back(multiple(k));
        }
    } else if (per_decade > 0.0) {
        const auto from = static_cast<Index>(std::ceil(per_decade * std::log10(first) - 1e-9));
        for (Index k = from;; ++k) {
            const double time = std::pow(10.0, static_cast<double>(k) / per_decade);
            if (!(time < end)) {
                break;
            }
            times.push_back(time);
        }
    }
    std::sort(times.begin(), times.end());
    const auto beyond = std::find_if(times.begin(), times.end(), [end](double t) { return t > end; });
    times.erase(std::unique(times.begin(), beyond), times.end());
    return times;
}

Value Case::tree(const std::string& path, const std::vector<std::string>& overrides)
{
    Value root = read_toml(path);
    for (const std::string& key_value : overrides) {
        merge_override(root, key_value);
    }
    return root;
}

Case::Case(Value tree, std::string case_name, bool of_level)
    : name(std::move(case_name)), source_(std::move(tree))
{
    static const auto schema = std::make_shared<const Schema>(case_schema());
    read_matrix_files(source_, *schema);
    const Settings root(source_, schema);
    title = root.text("case.title");
    slow = root.text("case.cost") == "slow";
    root.flag("case.sanitize");
    if (root.has("case.reference")) {
        root.text("case.reference");
    }
    if (root.has("figure.kind")) {
        root.text("figure.kind");
    }
    if (root.has("data")) {
        data = read_data(root.table("data"));
        test = read_test(root.table("data"), *data);
    }
    if (root.has("descent")) {
        read_descent(root);
    } else {
        read_measure(root);
    }
    read_study(root);
    if (!of_level && study.empty() && !descent) {
        check_times(*this, root);
    }
    refuse_unused(root);
    resolved_ = root.resolved();
    for (std::size_t k = 0; k < study.levels.size(); ++k) {
        level(k);
    }
}

/// A measure on a grid, or its particles, or both.
void Case::read_measure(const Settings& root)
{
    problem = chosen(problems(), root, "problem.name").make(root, data ? &*data : nullptr);
    forget_foreign_exact(problem);
    soften(root, problem);
    read_time(root);
    read_grid(root);
    read_particles(root);
    read_fluctuations(root);
    if (!grid && !particles) {
        root.fail("", "nothing to do: give a [grid], or [particles], or both");
    }
    check_networks(*this, root);
    check_fluctuations(*this, root);
    check_memory(*this, root);
    claims = read_claims(root);
    check_metrics(*this, root);
    read_output(root);
    read_baselines(root, *this);
    check_rows(*this, root);
}

void Case::read_descent(const Settings& root)
{
    for (const char* other : {"problem", "network", "grid", "scheme", "particles"}) {
        if (root.has(other)) {
            root.fail(other, "is for the flow of a measure; a [descent] trains weights");
        }
    }
    const Settings section = root.table("descent");
    descent = chosen(descents(), section, "name").make(root, data ? &*data : nullptr);
    descent_options.seeds = section.integer("seeds");
    descent_options.first_seed = static_cast<std::uint64_t>(section.integer("first_seed"));
    time.limits.end = root.number("time.end");
    if (time.limits.end != std::floor(time.limits.end)) {
        root.fail("time.end", "expected a whole number, that of the steps of the descent");
    }
    claims = read_claims(root);
    const std::vector<std::string> known = descent_metrics(*descent, descent_options);
    const std::vector<Settings> sections = root.tables("claim");
    for (std::size_t k = 0; k < sections.size(); ++k) {
        for (const std::string& metric : {claims[k].metric, claims[k].other}) {
            if (!metric.empty() && !contains(known, metric)) {
                sections[k].fail("metric", "unknown metric '" + metric + "'; " +
                                               suggestion(metric, known, "known metrics"));
            }
        }
    }
    read_output(root);
}

Case Case::level(std::size_t k) const
{
    return Case(level_tree(*this, k), name + "/" + std::to_string(k), true);
}

void Case::read_time(const Settings& root)
{
    time.limits.end = root.number("time.end");
    time.limits.courant = root.number("time.courant");
    if (root.has("time.largest_step")) {
        time.limits.largest = root.number("time.largest_step");
    }
    time.stepping.tolerance = root.number("time.tolerance");
    time.stepping.fall_back = root.number("time.fall_back");
    time.stepping.substeps = static_cast<int>(root.integer("time.substeps"));
    time.settle = root.has("time.settle") ? root.number("time.settle") : 0.0;
    const bool soft = problem.risk && problem.risk->soft();
    const bool moves = !problem.frozen;
    time.stepper = root.has("time.stepper")             ? root.text("time.stepper")
                   : problem.warm() || problem.internal ? "split"
                   : soft && moves                      ? "implicit-predictions"
                                                        : "ssp-rk3";
    try {
        make_stepper(time.stepper);
    } catch (const ConfigError& error) {
        root.fail("time.stepper", error.what());
    }
    if (time.stepper == "euler-maruyama") {
        root.fail("time.stepper", "is for finite networks: give it as particles.stepper");
    }
    if (time.stepping.substeps > 1 && time.stepper != "split") {
        root.fail("time.substeps", "more than one needs time.stepper = \"split\"");
    }
    root.record("time.stepper", Value(time.stepper));
}

namespace {

Timetable read_timetable(const Settings& output, const std::string& name)
{
    Timetable table;
    table.per_decade = output.number(name + ".per_decade");
    table.first = output.number(name + ".first");
    table.every = output.has(name + ".every") ? output.number(name + ".every") : 0.0;
    table.at = output.has(name + ".at") ? output.numbers(name + ".at") : std::vector<double>{};
    return table;
}

}  // namespace

void Case::read_output(const Settings& root)
{
    const Settings section = root.table("output");
    output.series = read_timetable(section, "series");
    output.snapshots = read_timetable(section, "snapshots");
    output.checkpoint = section.number("checkpoint");
    output.progress = section.number("progress");
    output.curve = section.integer("curve");
    output.plane = section.integer("plane");
    output.certificate = section.flag("certificate");
    output.kernel = section.flag("kernel");
    output.kernel_penalty = section.number("kernel_penalty");
    output.exact_width = section.integer("exact_width");
    if (descent && section.has("series.of")) {
        section.fail("series.of", "is for a measure; all numbers of a descent are written");
    }
    if (section.has("series.of")) {
        output.metrics = section.texts("series.of");
        for (const std::string& metric : output.metrics) {
            if (!is_state_metric(metric, problem)) {
                section.fail("series.of", unknown_metric(metric, problem));
            }
        }
    }
    for (const Claim& claim : claims) {
        for (const std::string& metric : {claim.metric, claim.other}) {
            if (is_state_metric(metric, problem) && !contains(series_columns(), metric) &&
                !contains(output.metrics, metric)) {
                output.metrics.push_back(metric);
            }
        }
        if (claim.at) {
            output.series.at.push_back(*claim.at);
        }
        for (const double at : claim.table_times) {
            output.series.at.push_back(at);
        }
    }
    if (grid && particles) {
        for (const double moment : network_times(*particles)) {
            output.snapshots.at.push_back(moment);
        }
    }
}

namespace {

/// The parts of a key of study.vary.
std::vector<std::string> varied_path(const Settings& root, const std::string& key)
{
    std::vector<std::string> parts;
    try {
        parts = key_parts(key);
    } catch (const std::logic_error&) {
        root.fail("study.vary", "'" + key + "' is no dotted key");
    }
    if (parts.empty() || parts.front() == "study") {
        root.fail("study.vary", "'" + key + "' cannot be varied");
    }
    return parts;
}

}  // namespace

void Case::read_study(const Settings& root)
{
    if (!root.has("study")) {
        return;
    }
    study.keys = root.texts("study.vary");
    const Value& over = root.value("study.over");
    if (!over.is(Value::Kind::list) || over.list().size() < 2) {
        root.fail("study.over", "expected a list of at least two values, coarse to fine");
    }
    if (over.list().size() > 1000) {
        root.fail("study.over",
                  "at most 1000 levels are possible, found " + std::to_string(over.list().size()));
    }
    for (const std::string& key : study.keys) {
        const Value* const unused = source_.at(varied_path(root, key));
        const bool of_file = root.value("study.vary").place.file != override_name;
        if (of_file && unused != nullptr && unused->place.file == override_name) {
            refuse(unused->place, "the study of this case varies " + key +
                                      ", so that this value would not be used; override study.over");
        }
    }
    for (const Value& level : over.list()) {
        const bool zipped = study.keys.size() > 1;
        std::vector<Value> values =
            zipped && level.is(Value::Kind::list) ? level.list() : std::vector<Value>{level};
        if (values.size() != study.keys.size()) {
            root.fail("study.over", "expected one list of " + std::to_string(study.keys.size()) +
                                        " values a level, one for each key of study.vary");
        }
        study.levels.push_back(std::move(values));
    }
}

}  // namespace widelimit
