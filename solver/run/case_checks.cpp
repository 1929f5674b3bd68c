// SPDX-License-Identifier: BSD-3-Clause
#include "case_checks.hpp"

#include <algorithm>
#include <cmath>

#include "closed_kernels.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/memory.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/suggestion.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/particles/start.hpp"
#include "widelimit/run/baselines.hpp"
#include "widelimit/run/certify.hpp"
#include "widelimit/run/kernel_regime.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/network_run.hpp"
#include "widelimit/scheme/linearisation.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

void check_timetable(const Timetable& table, double end, const Settings& root, const std::string& key)
{
    constexpr double most = 1e7;
    const bool even = table.every > 0.0;
    const double decades = end > table.first ? std::log10(end) - std::log10(table.first) : 0.0;
    const double rows = even ? end / table.every : table.per_decade * decades;
    if (rows > most) {
        root.fail(key + (even ? ".every" : ".per_decade"),
                  "asks for about " + std::to_string(rows).substr(0, 20) +
                      " rows until the end; at most 10000000 are possible");
    }
}

void check_at(const Settings& root, const std::string& key, double end)
{
    if (!root.has(key)) {
        return;
    }
    for (const double time : root.numbers(key)) {
        if (time > end) {
            root.fail(key, "lies beyond the end, time.end");
        }
    }
}

double last_time(const Case& c)
{
    return c.particles ? std::max(c.time.limits.end, c.particles->end) : c.time.limits.end;
}

/// "prediction_distance" of "prediction_distance.random.100".
std::string base_of(const std::string& metric)
{
    return metric.substr(0, metric.find('.'));
}

std::vector<std::string> known_metrics(const Problem& problem)
{
    std::vector<std::string> names = {"time", "step", "dt", "resolution_over_distance"};
    for (const auto& [name, metric] : state_metrics()) {
        names.push_back(name);
    }
    for (const auto& [name, meaning] : run_metrics()) {
        if (name.find('<') != 0) {
            names.push_back(base_of(name));
        }
    }
    if (problem.exact) {
        for (const std::string& value : problem.exact->names()) {
            names.push_back(value + "_error");
        }
    }
    return names;
}

void check_metric(const Settings& claim, const std::string& key, const std::string& name,
                  const Problem& problem)
{
    if (is_state_metric(name, problem)) {
        return;
    }
    const std::vector<std::string> names = known_metrics(problem);
    const bool of_state = state_metrics().count(base_of(name)) > 0 && name != base_of(name);
    if (of_state || std::find(names.begin(), names.end(), base_of(name)) == names.end()) {
        claim.fail(key, "unknown metric '" + name + "'; " + suggestion(name, names, "known metrics"));
    }
}

double nodes_of(const Problem& problem)
{
    return problem.features ? static_cast<double>(problem.features->size()) : 0.0;
}

/// Predictions of every base site that are held; implicit steps and the kernel regime need them all.
double held_nodes(const Case& c, double base)
{
    const bool all = c.time.stepper == "implicit-predictions" || c.output.kernel;
    const double nodes = nodes_of(c.problem);
    return all || base * nodes <= static_cast<double>(FreeEnergy::most_held) ? nodes : 0.0;
}

/// A state, its trial and the stages of a step, and geometry where axes are not even, beside the features of
/// every base site, which are held densely where they are not too many.
double grid_bytes(const Case& c)
{
    if (const auto n = static_cast<double>(c.grid->subdivision); n > 0.0) {
        const double cells = 10.0 * n * n + 2.0;
        return 8.0 * cells * (held_nodes(c, cells) + 160.0);
    }
    double sites = 1.0, points = 0.0;
    for (const Axis& axis : c.grid->axes) {
        sites *= static_cast<double>(axis.cells);
        points += static_cast<double>(axis.points.size());
    }
    sites += points;
    const bool reduced = c.problem.amplitude == Amplitude::axis;
    const double base = reduced ? sites / static_cast<double>(c.grid->axes.front().cells) : sites;
    const auto rank = static_cast<double>(c.grid->axes.size());
    return 8.0 * (base * held_nodes(c, base) + sites * (24.0 + 16.0 * rank));
}

/// What is kept of every network, and the stages of those that are being trained.
double network_bytes(const Case& c)
{
    const ParticleOptions& particles = *c.particles;
    const auto times = static_cast<double>(network_times(particles).size());
    const auto coordinates = static_cast<double>(c.problem.coordinates.size());
    const double weights = particles.online ? static_cast<double>(c.problem.full->dimension) : coordinates;
    double numbers = 0.0, widest = 0.0;
    for (const Index width : particles.widths) {
        const auto neurons = static_cast<double>(width);
        const double kept = particles.paths ? times * neurons * (coordinates + 1.0) : 0.0;
        numbers += static_cast<double>(particles.seeds) *
                   (times * (nodes_of(c.problem) + 1.0) + neurons * (coordinates + 2.0) + kept);
        widest = std::max(widest, neurons);
    }
    return 8.0 * (numbers * static_cast<double>(particles.starts.size()) +
                  threads_in_use() * widest * 12.0 * (weights + 1.0));
}

/// Replaces the value of a dotted key; tables on the way are made if they are not there.
void set_key(Value& table, const std::string& key, const Value& value)
{
    std::vector<std::string> path = key_parts(key);
    const std::string last = std::move(path.back());
    path.pop_back();
    Value* inner = &table;
    for (const std::string& part : path) {
        Value* next = inner->find(part);
        if (next == nullptr || !next->is(Value::Kind::table)) {
            Value fresh = Value::table();
            fresh.place = value.place;
            next = &inner->set(part, std::move(fresh));
        }
        inner = next;
    }
    inner->set(last, value);
}

}  // namespace

void check_rows(const Case& c, const Settings& root)
{
    check_timetable(c.output.series, last_time(c), root, "output.series");
    check_timetable(c.output.snapshots, last_time(c), root, "output.snapshots");
}

namespace {

void check_certificate(const Case& c, const Settings& root)
{
    const bool exact = c.output.exact_width > 0;
    std::string refusal = c.output.certificate || exact ? no_certificate(c.problem) : "";
    if ((c.output.certificate || exact) && !c.grid) {
        refusal = "certificates are computed beside a solution on a grid: add [grid.axes]";
    }
    if (!refusal.empty()) {
        root.fail(exact ? "output.exact_width" : "output.certificate", refusal);
    }
    if (exact && (certified_optimum(c.problem) != Optimum::objective || !make_arc_units(c.problem))) {
        root.fail("output.exact_width",
                  "is for homogeneous units on a circle with a penalty (problem.decay)");
    }
    if (exact) {
        try {
            check_choices(*make_arc_units(c.problem), c.output.exact_width);
        } catch (const ConfigError& error) {
            root.fail("output.exact_width", error.what());
        }
    }
}

}  // namespace

void check_times(const Case& c, const Settings& root)
{
    check_certificate(c, root);
    if (c.output.kernel) {
        const std::string refusal =
            c.grid || knows_closed_kernels(c.problem)
                ? no_kernel(c.problem, c.grid.has_value())
                : "without a grid kernels are those of ReLU units with uniform directions";
        if (!refusal.empty()) {
            root.fail("output.kernel", refusal);
        }
    } else if (root.number("output.kernel_penalty") > 0.0) {
        root.fail("output.kernel_penalty", "is of the kernel machines beside a run: set kernel = true, too");
    }
    const double end = last_time(c);
    check_at(root, "output.series.at", end);
    check_at(root, "output.snapshots.at", end);
    const std::vector<Settings> sections = root.tables("claim");
    for (std::size_t k = 0; k < sections.size(); ++k) {
        check_at(sections[k], "at", end);
        check_at(sections[k], "during", end);
        const Field& times = c.claims[k].table_times;
        if (times.size() > 0 && times.maxCoeff() > end) {
            sections[k].fail("table", "has times beyond the end, time.end");
        }
        const std::size_t levels = std::max<std::size_t>(1, c.study.levels.size());
        if (c.claims[k].verb == Claim::Verb::each && c.claims[k].each.size() != levels) {
            sections[k].fail("each",
                             "expected a number for each of the " + std::to_string(levels) + " levels");
        }
        if (c.claims[k].verb == Claim::Verb::order && c.study.empty()) {
            sections[k].fail("order", "is observed between levels: add a [study] with vary and over");
        }
    }
}

void check_networks(const Case& c, const Settings& root)
{
    if (!c.particles) {
        return;
    }
    if (c.particles->widths.empty()) {
        root.fail("particles.widths", "expected at least one width");
    }
    try {
        make_stepper(c.particles->stepper);
    } catch (const ConfigError& error) {
        root.fail("particles.stepper", error.what());
    }
    try {
        check_particles(c.problem);
        for (const std::string& name : c.particles->starts) {
            for (const Index width : c.particles->widths) {
                check_start(c.problem, start_from(name), width);
            }
        }
    } catch (const ConfigError& error) {
        root.fail("particles", error.what());
    }
}

void check_fluctuations(const Case& c, const Settings& root)
{
    if (!c.fluctuations) {
        return;
    }
    double sites = 1.0;
    if (const auto n = static_cast<double>(c.grid->subdivision); n > 0.0) {
        sites = 10.0 * n * n + 2.0;
    }
    for (const Axis& axis : c.grid->axes) {
        sites *= static_cast<double>(axis.cells);
    }
    try {
        check_linearisation(c.problem, *fluxes().find(c.grid->flux).make(), sites);
    } catch (const ConfigError& error) {
        root.fail("fluctuations", error.what());
    }
    const double outputs = static_cast<double>(c.fluctuations->at.size()) * (nodes_of(c.problem) + 1.0),
                 columns = c.fluctuations->bias ? std::max(600.0, outputs) : outputs;
    const double needed = 8.0 * 6.0 * sites * static_cast<double>(c.problem.signs().size()) * columns;
    if (const MemoryLimit limit = memory_limit(); needed > limit.bytes) {
        root.fail("fluctuations.at", "needs about " + bytes_text(needed) +
                                         " of memory (times, predictions and masses); there are " +
                                         bytes_text(limit.bytes) + " " + limit.source +
                                         ": fewer times or cells");
    }
}

void forget_foreign_exact(Problem& problem)
{
    if (problem.exact && problem.exact->presses() != (problem.internal || problem.reference)) {
        problem.exact = nullptr;
    }
}

void soften(const Settings& root, Problem& problem)
{
    if (root.text("time.clock") == "own") {
        return;
    }
    std::shared_ptr<const Risk> soft = problem.risk ? problem.risk->softened() : nullptr;
    if (!soft) {
        root.fail("time.clock",
                  "\"soft\" is for the risks exponential and logistic; soft-min has that clock by itself");
    }
    const auto rank = static_cast<Index>(problem.coordinates.size());
    if (problem.confinement->value(Matrix::Ones(rank, 1))[0] != 0.0) {
        root.fail("time.clock",
                  "\"soft\" is for losses alone: with a penalty (problem.decay) the flow is another");
    }
    problem.risk = std::move(soft);
}

void read_baselines(const Settings& root, Case& c)
{
    if (!root.has("output.baselines")) {
        return;
    }
    const Settings section = root.table("output.baselines");
    BaselineOptions options;
    options.methods = section.texts("methods");
    options.passes = section.integer("passes");
    options.ridge = section.number("ridge");
    options.seed = static_cast<std::uint64_t>(section.integer("seed"));
    const std::string refusal = c.grid ? no_baselines(c.problem, options.ridge) : "baselines need a [grid]";
    if (!refusal.empty()) {
        root.fail("output.baselines", refusal);
    }
    c.output.baselines = options;
}

void choose_modes(const Settings& particles, Case& c)
{
    const Interaction* interaction = c.problem.interaction.get();
    if (interaction == nullptr || (!particles.has("modes") && !c.grid)) {
        return;
    }
    auto chosen = std::make_shared<Interaction>(*interaction);
    for (const Index k : interaction->on) {
        const auto axis = static_cast<std::size_t>(k);
        chosen->modes.push_back(particles.has("modes")
                                    ? particles.integer("modes")
                                    : std::max<Index>(1, (c.grid->axes[axis].cells - 1) / 2));
    }
    c.problem.interaction = std::move(chosen);
}

void check_metrics(const Case& c, const Settings& root)
{
    const std::vector<Settings> sections = root.tables("claim");
    for (std::size_t k = 0; k < sections.size(); ++k) {
        check_metric(sections[k], "metric", c.claims[k].metric, c.problem);
        if (!c.claims[k].other.empty()) {
            check_metric(sections[k], "less_than", c.claims[k].other, c.problem);
        }
    }
}

void check_memory(const Case& c, const Settings& root)
{
    const double grid = c.grid ? grid_bytes(c) : 0.0;
    const double networks = c.particles ? network_bytes(c) : 0.0;
    const double data = 2.0 * 8.0 * (c.data ? static_cast<double>(c.data->inputs.size()) : 0.0);
    const double needed = grid + networks + data;
    if (needed < 1e8) {
        return;
    }
    if (const MemoryLimit limit = memory_limit(); needed > limit.bytes) {
        const bool cells = grid > networks;
        root.fail(
            !cells                    ? "particles.widths"
            : c.grid->subdivision > 0 ? "grid.cells"
                                      : "grid.axes." + c.grid->axes.front().name + ".cells",
            "needs about " + bytes_text(needed) + " of memory (" +
                (cells ? "cells times predictions" : "widths times seeds, and predictions at all times") +
                "); there are " + bytes_text(limit.bytes) + " " + limit.source);
    }
}

Value level_tree(const Case& c, std::size_t level)
{
    Value tree = c.source();
    std::erase_if(tree.entries(), [](const Value::Entry& section) { return section.key == "study"; });
    for (std::size_t k = 0; k < c.study.keys.size(); ++k) {
        set_key(tree, c.study.keys[k], c.study.levels[level][k]);
    }
    return tree;
}

}  // namespace widelimit
