// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/network_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "network_file.hpp"
#include "network_training.hpp"
#include "test_data.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/io/directory.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/frames.hpp"
#include "widelimit/run/grid_run.hpp"
#include "widelimit/run/measure_statistics.hpp"
#include "widelimit/run/meter.hpp"
#include "widelimit/run/width_statistics.hpp"

namespace widelimit {
namespace {

std::vector<NetworkSpec> networks_of(const ParticleOptions& particles)
{
    std::vector<NetworkSpec> specs;
    for (const std::string& start : particles.starts) {
        for (const Index width : particles.widths) {
            const bool seeded = start_from(start) != Start::quadrature;
            for (Index k = 0; k < (seeded ? particles.seeds : 1); ++k) {
                specs.push_back(
                    {width, particles.first_seed + static_cast<std::uint64_t>(k), start_from(start)});
            }
        }
    }
    return specs;
}

/// Predictions of the grid solution at the networks' times (times x nodes), from the frames on disk; NaN
/// where there is no frame.
Matrix grid_predictions(const std::string& directory, const std::vector<double>& times, Index nodes)
{
    Matrix found = Matrix::Constant(static_cast<Index>(times.size()), nodes, std::nan(""));
    const NetcdfReader file(directory + "/fields.nc");
    const Field frames = file.read("time");
    for (std::size_t k = 0; k < times.size(); ++k) {
        for (Index frame = 0; frame < frames.size(); ++frame) {
            if (frames[frame] == times[k]) {
                found.row(static_cast<Index>(k)) = file.read("prediction", frame).transpose();
            }
        }
    }
    return found;
}

Index index_of(const std::vector<double>& times, double time)
{
    return std::lower_bound(times.begin(), times.end(), time) - times.begin();
}

std::string at(double time)
{
    return fmt::format("@{:.6g}", time);
}

void add_distances(const ParticleOptions& particles, const std::vector<double>& times,
                   const std::vector<WidthGroup>& groups, Summary& summary)
{
    const double first = particles.at.front(), last = particles.at.back();
    for (const WidthGroup& group : groups) {
        const std::string whose = fmt::format(".{}.{}", text(group.start), group.width);
        const Field rms = group.rms();
        summary.metrics["largest_prediction_distance" + whose] =
            rms.array().isNaN().select(0.0, rms).maxCoeff();
        if (first < last) {
            summary.metrics["prediction_distance_growth" + whose] =
                rms[index_of(times, last)] / rms[index_of(times, first)];
        }
    }
    for (const double time : particles.at) {
        for (const WidthGroup& group : groups) {
            const std::string name = fmt::format("prediction_distance.{}.{}", text(group.start), group.width);
            const double rms = group.rms()[index_of(times, time)];
            summary.metrics[name + at(time)] = rms;
            if (time == last) {
                summary.metrics[name] = rms;
            }
        }
        SlopeOptions options;
        options.least_width = particles.slope_from;
        const WidthSlope slope = width_slope(groups, Start::random, index_of(times, time), options);
        if (std::isfinite(slope.value)) {
            summary.metrics["prediction_distance.random.slope" + at(time)] = slope.value;
            summary.metrics["prediction_distance.random.slope_low" + at(time)] = slope.low;
            summary.metrics["prediction_distance.random.slope_high" + at(time)] = slope.high;
        }
    }
}

/// Means over the networks of each width of numbers that each has at the times.
template <class Curve>
void add_means(const Case& c, const std::string& metric, const std::vector<double>& times,
               const std::vector<NetworkSpec>& specs, const std::vector<NetworkResult>& results,
               Curve&& curve, Summary& summary)
{
    const ParticleOptions& particles = *c.particles;
    Matrix curves(static_cast<Index>(results.size()), static_cast<Index>(times.size()));
    for (std::size_t n = 0; n < results.size(); ++n) {
        curves.row(static_cast<Index>(n)) = curve(results[n]).transpose();
    }
    for (const WidthGroup& group : group_by_width(specs, curves)) {
        const std::string name = fmt::format("{}.{}.{}", metric, text(group.start), group.width);
        const Field mean = group.differences.colwise().mean().transpose();
        for (const double time : particles.at) {
            summary.metrics[name + at(time)] = mean[index_of(times, time)];
        }
        summary.metrics[name] = mean[mean.size() - 1];
    }
}

/// When the curve is half way from its first value to the target, by linear interpolation; NaN if never.
double half_time(const std::vector<double>& times, const Field& curve, double target)
{
    const double half = 0.5 * (curve[0] + target), side = curve[0] - half;
    for (Index k = 1; k < curve.size() && side != 0.0; ++k) {
        if ((curve[k] - half) / side <= 0.0) {
            const double part = (curve[k - 1] - half) / (curve[k - 1] - curve[k]);
            const auto place = static_cast<std::size_t>(k);
            return times[place - 1] + part * (times[place] - times[place - 1]);
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

/// Of regressions on few nodes: when each prediction is half learnt, the mean over the networks of a width.
void add_half_times(const Case& c, const std::vector<double>& times, const std::vector<NetworkSpec>& specs,
                    const std::vector<NetworkResult>& results, Summary& summary)
{
    constexpr Index most_nodes = 16;
    const Risk* risk = c.problem.risk.get();
    if (risk == nullptr || risk->classifies() || risk->nodes().size() > most_nodes) {
        return;
    }
    const Index nodes = risk->nodes().size();
    Matrix found(static_cast<Index>(results.size()), nodes);
    for (std::size_t n = 0; n < results.size(); ++n) {
        for (Index i = 0; i < nodes; ++i) {
            found(static_cast<Index>(n), i) =
                half_time(times, results[n].predictions.col(i), risk->nodes().targets[i]);
        }
    }
    for (const WidthGroup& group : group_by_width(specs, found)) {
        for (Index i = 0; i < nodes; ++i) {
            const double mean = group.differences.col(i).mean();
            if (std::isfinite(mean)) {
                summary.metrics[fmt::format("half_time.{}.{}.{}", text(group.start), group.width, i)] = mean;
            }
        }
    }
}

/// At the end of every network.
void add_test_errors(const Case& c, const std::vector<NetworkSpec>& specs,
                     const std::vector<NetworkResult>& results, Summary& summary)
{
    const auto at_end = [&](const NetworkResult& network) {
        const Field amplitudes = c.problem.amplitude_scale * c.problem.amplitudes(network.coordinates);
        const Field moment = network.masses.cwiseProduct(network.signs).cwiseProduct(amplitudes);
        const Field f =
            test_predictions(c.problem, *c.data, *c.test, c.problem.base(network.coordinates), moment);
        return test_error(*c.data, *c.test, f);
    };
    Matrix errors(static_cast<Index>(results.size()), 1);
    for (std::size_t n = 0; n < results.size(); ++n) {
        errors(static_cast<Index>(n), 0) = at_end(results[n]);
    }
    for (const WidthGroup& group : group_by_width(specs, errors)) {
        summary.metrics[fmt::format("network_test_error.{}.{}", text(group.start), group.width)] =
            group.differences.mean();
    }
}

/// How the neurons themselves differ from the measure on the grid when they stop, if there is a frame then.
void add_measures(const Case& c, const std::string& directory, const std::vector<NetworkSpec>& specs,
                  const std::vector<NetworkResult>& results, Summary& summary)
{
    const NetcdfReader file(directory + "/fields.nc");
    const Field frames = file.read("time");
    const double end = c.particles->end;
    const Index frame = std::find(frames.begin(), frames.end(), end) - frames.begin();
    if (frame == frames.size()) {
        return;
    }
    const std::unique_ptr<GridRun> run = prepared(c);
    GridFlow& flow = run->flow();
    const Field state = state_of_frame(file, frame, flow.grid(), flow.layout());
    flow.prepare(state, end);
    const MeasureDifferences found = measure_differences({flow, state, end}, results);
    for (const WidthGroup& group : group_by_width(specs, found.values)) {
        const Field rms = group.rms(), bias = group.bias();
        for (std::size_t k = 0; k < found.names.size(); ++k) {
            const std::string& name = found.names[k];
            const std::size_t dot = std::min(name.find('.'), name.size());
            const std::string whose =
                fmt::format("{}.{}.{}", name.substr(dot), text(group.start), group.width);
            summary.metrics[name.substr(0, dot) + "_distance" + whose] = rms[static_cast<Index>(k)];
            if (name.find("mean") == 0 || name.find("variance") == 0 || name == "energy") {
                summary.metrics[name.substr(0, dot) + "_bias" + whose] = bias[static_cast<Index>(k)];
            }
        }
    }
}

/// Keeps the predictions of a grid flow at given times, one column a time.
class Collector : public Observer {
public:
    Collector(GridFlow& flow, std::vector<double> times) : flow_(&flow), times_(std::move(times))
    {
        std::sort(times_.begin(), times_.end());
    }
    double next_event(double time) const override { return next_after(times_, time); }
    void observe(Clock& clock, const Field& state) override
    {
        if (std::binary_search(times_.begin(), times_.end(), clock.time())) {
            flow_->prepare(state, clock.time());
            found[clock.time()] = flow_->evaluation().predictions;
        }
    }
    void save(Checkpoint& checkpoint) const override
    {
        for (std::size_t k = 0; k < times_.size(); ++k) {
            const auto known = found.find(times_[k]);
            if (known != found.end()) {
                checkpoint.fields["prediction." + std::to_string(k)] = known->second;
            }
        }
    }
    void restore(const Checkpoint& checkpoint) override
    {
        for (std::size_t k = 0; k < times_.size(); ++k) {
            const auto known = checkpoint.fields.find("prediction." + std::to_string(k));
            if (known != checkpoint.fields.end()) {
                found[times_[k]] = known->second;
            }
        }
    }
    std::map<double, Field> found;

private:
    GridFlow* flow_;
    std::vector<double> times_;
};

/// Predictions on half the cells at the times of interest; some are missing if the run was interrupted.
std::map<double, Field> half_resolution(const Case& c, const std::string& directory,
                                        const RunOptions& options)
{
    Case half = c;
    half.grid = c.grid->half();
    half.time.limits.end = c.particles->end;
    half.time.settle = 0.0;
    const std::string fingerprint = c.fingerprint(), place = directory + "/resolution";
    const std::unique_ptr<GridRun> run = prepared(half);
    auto recorder = std::make_unique<Collector>(run->flow(), c.particles->at);
    const auto& found = recorder->found;
    run->observers().push_back(std::move(recorder));
    make_directory(place);
    run->checkpoint_in(place, fingerprint);
    if (options.progress) {
        run->show_progress("resolution");
    }
    if (const auto before = take_checkpoint(place, fingerprint, c.particles->end)) {
        run->restore(*before);
    }
    Summary unused;
    run->go(unused);
    return found;
}

/// Differences of the predictions to those on half the cells: the grid's own error, or an upper estimate.
void add_resolution(const Case& c, const std::vector<double>& times, const std::map<double, Field>& coarse,
                    const Matrix& reference, Summary& summary)
{
    double smallest = std::numeric_limits<double>::infinity();
    for (const auto& [name, value] : summary.metrics) {
        const bool distance =
            name.rfind("prediction_distance.random.", 0) == 0 && name.find("slope") == std::string::npos;
        smallest = distance ? std::min(smallest, value) : smallest;
    }
    double worst = 0.0;
    for (const auto& [time, predictions] : coarse) {
        const Index k = index_of(times, time);
        const Field& weights = c.problem.risk->nodes().weights;
        const double error = prediction_distance(predictions.transpose(), reference.row(k), weights)[0];
        summary.metrics["resolution_error" + at(time)] = error;
        worst = std::max(worst, error);
    }
    summary.metrics["resolution_error"] = worst;
    if (std::isfinite(smallest)) {
        summary.metrics["resolution_over_distance"] = worst / smallest;
    }
}

/// Differences of the predictions to those of the networks that follow the flow from the same starts.
void add_step_gaps(const Case& c, const std::vector<double>& times, const std::vector<NetworkSpec>& specs,
                   const std::vector<NetworkResult>& results, const std::vector<NetworkResult>& of_flow,
                   Summary& summary)
{
    const Field& weights = c.problem.risk->nodes().weights;
    Matrix gaps(static_cast<Index>(results.size()), static_cast<Index>(times.size()));
    for (std::size_t n = 0; n < results.size(); ++n) {
        gaps.row(static_cast<Index>(n)) =
            prediction_distance(results[n].predictions, of_flow[n].predictions, weights).transpose();
    }
    for (const WidthGroup& group : group_by_width(specs, gaps)) {
        const std::string name = fmt::format("step_gap.{}.{}", text(group.start), group.width);
        const Field rms = group.rms();
        for (const double time : c.particles->at) {
            summary.metrics[name + at(time)] = rms[index_of(times, time)];
        }
        summary.metrics[name] = rms[index_of(times, c.particles->at.back())];
    }
}

}  // namespace

std::vector<double> network_times(const ParticleOptions& particles)
{
    Timetable table;
    table.per_decade = particles.per_decade;
    table.at = particles.at;
    return table.times(particles.end);
}

Ensemble run_networks(const Case& c, const std::string& directory, const RunOptions& options,
                      Summary& summary)
{
    const ParticleOptions& particles = *c.particles;
    const std::vector<double> times = network_times(particles);
    const std::vector<NetworkSpec> specs = networks_of(particles);
    auto results = train_networks(c, specs, times, directory + "/networks", training_of(c), options);
    const auto slowest = std::min_element(results.begin(), results.end(),
                                          [](const auto& a, const auto& b) { return a.time < b.time; });
    summary.time_reached = c.grid ? summary.time_reached : slowest->time;
    if (interrupted() != 0) {
        return {};
    }
    add_means(
        c, "energy", times, specs, results, [](const NetworkResult& r) { return r.objective; }, summary);
    add_means(
        c, "network_mass", times, specs, results, [](const NetworkResult& r) { return r.mass; }, summary);
    if (c.problem.risk && c.problem.risk->classifies()) {
        const auto margins = [&c](const NetworkResult& r) { return network_margins(*c.problem.risk, r); };
        add_means(c, "network_margin", times, specs, results, margins, summary);
    }
    if (const Index batch = particles.online ? particles.online->batch : particles.batch; batch > 0) {
        summary.metrics["noise_scale"] =
            (particles.online ? particles.online->step : particles.step) / static_cast<double>(batch);
    }
    if (particles.step_gap) {
        const auto of_flow = train_networks(c, specs, times, directory + "/flow-networks", {}, options);
        if (interrupted() != 0) {
            return {};
        }
        add_step_gaps(c, times, specs, results, of_flow, summary);
    }
    add_half_times(c, times, specs, results, summary);
    if (c.test) {
        add_test_errors(c, specs, results, summary);
    }
    if (c.output.kernel && !c.grid) {
        add_kernel_machines(c, summary);
    }
    if (c.grid) {
        add_measures(c, directory, specs, results, summary);
    }
    Matrix reference;
    if (c.grid && c.problem.features) {
        const Index nodes = c.problem.features->size();
        reference = grid_predictions(directory, times, nodes);
        const Field& weights = c.problem.risk->nodes().weights;
        const Matrix distances = prediction_distances(results, reference, weights);
        add_distances(particles, times, group_by_width(specs, distances), summary);
        if (particles.resolution) {
            const auto coarse = half_resolution(c, directory, options);
            if (interrupted() != 0) {
                return {};
            }
            add_resolution(c, times, coarse, reference, summary);
        }
    }
    write_networks(c, directory, times, specs, results, reference);
    return {times, specs, std::move(results)};
}

}  // namespace widelimit
