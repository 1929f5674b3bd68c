// SPDX-License-Identifier: BSD-3-Clause
// What a case says of finite networks: [particles] and [fluctuations].
#include <algorithm>
#include <cmath>

#include "case_checks.hpp"
#include "widelimit/run/case.hpp"

namespace widelimit {

namespace {

/// Increasing, each once.
std::vector<double> read_times(const Settings& section, const std::string& key)
{
    std::vector<double> times = section.numbers(key);
    if (times.empty()) {
        section.fail(key, "expected at least one time");
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

}  // namespace

void Case::read_particles(const Settings& root)
{
    if (!root.has("particles")) {
        return;
    }
    const Settings section = root.table("particles");
    particles.emplace();
    for (const double width : section.numbers("widths")) {
        if (width != std::floor(width)) {
            section.fail("widths", "widths are whole numbers");
        }
        particles->widths.push_back(static_cast<Index>(width));
    }
    std::sort(particles->widths.begin(), particles->widths.end());
    particles->seeds = section.integer("seeds");
    particles->first_seed = static_cast<std::uint64_t>(section.integer("first_seed"));
    particles->starts = section.texts("start");
    particles->end = section.has("end") ? section.number("end") : time.limits.end;
    particles->step = section.number("step");
    particles->fixed = section.flag("fixed");
    particles->paths = section.flag("paths");
    particles->per_decade = section.number("per_decade");
    particles->slope_from = section.integer("slope_from");
    particles->resolution = section.flag("resolution");
    particles->at = section.has("at") ? read_times(section, "at") : std::vector<double>{particles->end};
    if (grid && particles->end > time.limits.end) {
        section.fail("end", "the networks cannot be compared beyond time.end");
    }
    for (const double at : particles->at) {
        if (at > particles->end) {
            section.fail("at", "times must not lie beyond the networks' end");
        }
    }
    read_online(section);
    read_batch(section);
    read_momentum(section);
    read_particle_stepper(section);
    read_step_gap(section);
    choose_modes(section, *this);
}

void Case::read_online(const Settings& section)
{
    if (!section.flag("online")) {
        return;
    }
    if (!problem.full) {
        section.fail("online",
                     "is for problems that know the network in many dimensions that they are the "
                     "limit of");
    }
    const bool balanced = problem.full->trains_outputs && problem.amplitude == Amplitude::signs;
    const bool own_growth =
        balanced ? problem.growth.kind == Growth::Kind::proportional && problem.growth.kappa == 2.0
                 : problem.growth.kind == Growth::Kind::none;
    if (!own_growth || problem.frozen || problem.warm() || problem.internal || problem.source.law) {
        section.fail("online",
                     "is for the problem's own flow: no other growth, no noise, source or internal energy");
    }
    if (particles->paths) {
        section.fail("paths",
                     "keeps reduced neurons, which networks that are trained online only have when "
                     "they are looked at");
    }
    OnlineOptions online;
    online.batch = section.has("batch") ? section.integer("batch") : 1;
    section.record("batch", Value(static_cast<std::int64_t>(online.batch)));
    online.test = section.integer("test");
    if (section.has("step")) {
        online.step = section.number("step");
    }
    section.record("step", Value(online.step));
    particles->online = online;
}

void Case::read_batch(const Settings& section)
{
    if (particles->online || !section.has("batch")) {
        return;
    }
    if (!problem.risk || problem.risk->soft()) {
        section.fail("batch", problem.risk ? "is for risks that are sums over the data"
                                           : "is for problems with data or other nodes");
    }
    particles->batch = section.integer("batch");
    particles->fixed = true;
    section.record("fixed", Value(true));
}

void Case::read_momentum(const Settings& section)
{
    particles->momentum = section.number("momentum");
    if (particles->momentum == 0.0) {
        return;
    }
    if (particles->online) {
        section.fail("momentum", "is not for networks that are trained online");
    }
    const auto bounces = [](const Coordinate& c) { return !c.circle && !std::isnan(c.from); };
    const auto& axes = problem.coordinates;
    if (problem.warm() && std::any_of(axes.begin(), axes.end(), bounces)) {
        section.fail("momentum",
                     "with noise is for circles and lines: others have ends that neurons bounce off");
    }
    particles->fixed = true;
    section.record("fixed", Value(true));
}

void Case::read_step_gap(const Settings& section)
{
    particles->step_gap = section.flag("step_gap");
    if (!particles->step_gap) {
        return;
    }
    if (!problem.features || particles->online || problem.warm()) {
        section.fail("step_gap", problem.features
                                     ? "is for networks that follow the flow of a case without noise"
                                     : "is for problems with predictions");
    }
}

void Case::read_particle_stepper(const Settings& section)
{
    const bool warm = problem.warm(), in_steps = particles->batch > 0 || particles->momentum > 0.0;
    particles->stepper = section.has("stepper") ? section.text("stepper")
                         : warm                 ? "euler-maruyama"
                         : in_steps             ? "euler"
                                                : "ssp-rk3";
    if (warm != (particles->stepper == "euler-maruyama")) {
        section.fail("stepper",
                     warm ? "a positive temperature needs \"euler-maruyama\": the others have no noise"
                          : "\"euler-maruyama\" is for a positive temperature");
    }
    if (in_steps && !warm && particles->stepper != "euler") {
        section.fail("stepper", "gradient descent with batches or momentum takes steps of \"euler\"");
    }
    if (particles->stepper == "implicit-predictions") {
        section.fail("stepper", "\"implicit-predictions\" is for a measure on a grid");
    }
    particles->stepping.tolerance = section.number("tolerance");
    section.record("stepper", Value(particles->stepper));
}

void Case::read_fluctuations(const Settings& root)
{
    if (!root.has("fluctuations")) {
        return;
    }
    const Settings section = root.table("fluctuations");
    if (!grid) {
        section.fail("", "[fluctuations] is about the solution on a grid: give a [grid]");
    }
    fluctuations.emplace();
    fluctuations->at = section.has("at") ? read_times(section, "at")
                       : particles       ? particles->at
                                         : std::vector<double>{time.limits.end};
    if (fluctuations->at.back() > time.limits.end) {
        section.fail("at", "times must not lie beyond time.end");
    }
    fluctuations->bias = section.flag("bias");
    fluctuations->columns = section.has("columns") ? section.integer("columns") : 0;
    fluctuations->seed = static_cast<std::uint64_t>(section.integer("seed"));
}

}  // namespace widelimit
