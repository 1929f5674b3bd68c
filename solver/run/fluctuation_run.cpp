// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/fluctuation_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "cells.hpp"
#include "fluctuation_file.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/io/directory.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/grid_run.hpp"
#include "widelimit/run/meter.hpp"
#include "widelimit/scheme/linearisation.hpp"

namespace widelimit {
namespace {

constexpr Index all_columns = 600, usual_columns = 256;

Index bias_columns(const FluctuationOptions& options, const GridFlow& flow)
{
    if (options.columns > 0) {
        return options.columns;
    }
    const Index sites = (start_moments(flow).second.array() > 0.0).count();
    return flow.problem().warm() || sites > all_columns ? usual_columns : 0;
}

FluctuationProgress shown(Meter& meter, bool progress, const std::string& what)
{
    return [&meter, progress, what](double part) {
        if (progress && meter.due()) {
            meter.show(part, what);
        }
    };
}

std::string at_time(double time)
{
    return fmt::format("@{:.6g}", time);
}

double weighted_mean(const Risk& risk, const Field& values)
{
    const Field& weights = risk.nodes().weights;
    return weights.dot(values) / weights.sum();
}

/// At each of the predicted times, and for the last of them also without a time.
void set_at_times(Summary& summary, const std::string& name, const std::vector<double>& times,
                  const Field& values)
{
    for (std::size_t k = 0; k < times.size(); ++k) {
        summary.metrics[name + at_time(times[k])] = values[static_cast<Index>(k)];
    }
    summary.metrics[name] = values[values.size() - 1];
}

void add_predicted(const Case& c, const Predicted& found, Summary& summary)
{
    const std::vector<double>& times = found.first.times;
    if (c.problem.risk) {
        const Field variance = mean_variance(*c.problem.risk, found.first.variance);
        set_at_times(summary, "predicted_variance", times, variance);
        set_at_times(summary, "predicted_noise", times, mean_variance(*c.problem.risk, found.first.noise));
        if (found.first.batch_noise.rows() > 0) {
            set_at_times(summary, "predicted_batch_noise", times,
                         mean_variance(*c.problem.risk, found.first.batch_noise));
        }
        const Field anew = mean_variance(*c.problem.risk, found.resampling);
        set_at_times(summary, "resampling_variance", times, anew);
        set_at_times(summary, "variance_over_resampling", times, variance.cwiseQuotient(anew));
        if (found.second.columns > 0) {
            set_at_times(summary, "predicted_bias", times,
                         mean_variance(*c.problem.risk, found.second.prediction.cwiseAbs2()).cwiseSqrt());
            const Field again = mean_variance(*c.problem.risk, found.second.variance);
            summary.metrics["transposition_defect"] =
                ((again - variance).array().abs() / variance.array()).maxCoeff();
        }
    }
    set_at_times(summary, "predicted_objective_variance", times, found.first.objective_variance);
    if (found.second.columns > 0) {
        set_at_times(summary, "predicted_objective_bias", times, found.second.objective);
        set_at_times(summary, "predicted_objective_bias_error", times, found.second.error);
    }
}

/// Networks of one width at one time.
struct WidthSample {
    Matrix predictions;  ///< networks x nodes
    Field objectives;
    Field first_order;  ///< of the objectives, from the starts of the networks; 0 where that is not known
};

/// Unbiased variance of each column over some of the rows.
Field sample_variance(const Matrix& rows, const std::vector<Index>& some)
{
    const auto n = static_cast<double>(some.size());
    Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(rows.cols());
    for (const Index k : some) {
        mean += rows.row(k) / n;
    }
    Field squares = Field::Zero(rows.cols());
    for (const Index k : some) {
        squares += (rows.row(k) - mean).cwiseAbs2().transpose() / (n - 1.0);
    }
    return squares;
}

double sample_mean(const Field& values, const std::vector<Index>& some)
{
    double sum = 0.0;
    for (const Index k : some) {
        sum += values[k];
    }
    return sum / static_cast<double>(some.size());
}

/// Draws with replacement may all be the same network.
bool varied(const std::vector<Index>& some)
{
    return std::adjacent_find(some.begin(), some.end(), std::not_equal_to<>()) != some.end();
}

class Comparison {
public:
    Comparison(const Case& c, const Predicted& found, Summary& summary)
        : case_(&c), found_(&found), summary_(&summary)
    {}

    void add(Index width, Index time, const WidthSample& sample) const
    {
        const auto m = static_cast<double>(width);
        const Index count = sample.objectives.size();
        std::vector<Index> every(static_cast<std::size_t>(count));
        std::iota(every.begin(), every.end(), Index{0});
        const std::string name = fmt::format(".random.{}", width),
                          at = at_time(found_->first.times[static_cast<std::size_t>(time)]);
        auto& metrics = summary_->metrics;
        const auto compared = [&](const std::string& of, const std::string& ratio, double predicted,
                                  const std::function<double(const std::vector<Index>&)>& statistic) {
            metrics[of + name + at] = statistic(every);
            metrics[ratio + name + at] = statistic(every) / predicted;
            Interval range = bootstrap(count, statistic, 1);
            if (predicted < 0.0) {
                std::swap(range.low, range.high);
            }
            metrics[ratio + "_low" + name + at] = range.low / predicted;
            metrics[ratio + "_high" + name + at] = range.high / predicted;
        };
        if (case_->problem.risk) {
            const Risk& risk = *case_->problem.risk;
            compared("scaled_variance", "variance_ratio", m * variance(width, time),
                     [&](const std::vector<Index>& some) {
                         return varied(some)
                                    ? m * weighted_mean(risk, sample_variance(sample.predictions, some))
                                    : 0.0;
                     });
        }
        metrics["scaled_objective_variance" + name + at] = m * sample_variance(sample.objectives, every)[0];
        const double objective = found_->objective[time];
        // What is known to first order has mean 0, and most of the variance of F.
        const Field rest = sample.objectives - sample.first_order;
        const auto bias = [&](const std::vector<Index>& some) {
            return m * (sample_mean(rest, some) - objective);
        };
        if (found_->second.columns > 0 && found_->first.batch_noise.rows() == 0) {
            compared("scaled_objective_bias", "objective_bias_ratio", found_->second.objective[time], bias);
        } else {
            metrics["scaled_objective_bias" + name + at] = bias(every);
        }
    }

private:
    /// Of the predictions of networks, mean over the nodes.
    double variance(Index width, Index time) const
    {
        const Risk& risk = *case_->problem.risk;
        const double of_start =
            weighted_mean(risk, found_->first.variance.col(time)) / static_cast<double>(width);
        if (found_->first.batch_noise.rows() == 0) {
            return of_start;
        }
        const ParticleOptions& particles = *case_->particles;
        const double scale = particles.step / static_cast<double>(particles.batch);
        return of_start + scale * weighted_mean(risk, found_->first.batch_noise.col(time));
    }

    const Case* case_;
    const Predicted* found_;
    Summary* summary_;
};

/// Times x networks.
Matrix first_orders(const Case& c, const Predicted& found, const std::vector<NetworkSpec>& networks)
{
    Matrix all =
        Matrix::Zero(static_cast<Index>(found.first.times.size()), static_cast<Index>(networks.size()));
    if (!found.first_order || c.particles->online) {
        return all;
    }
    parallel_for(all.cols(), [&](Index k) {
        const NetworkSpec& network = networks[static_cast<std::size_t>(k)];
        const ParticleLayout layout = particle_layout(c.problem, network.width);
        Field signs;
        const Field state = start(c.problem, network.start, network.width, network.seed, signs);
        all.col(k) = found.first_order(layout.points(state), layout.log_masses(state).array().exp(), signs);
    });
    return all;
}

/// Random networks of every width at the predicted times that they were looked at.
void compare_widths(const Case& c, const Predicted& found, const Ensemble& ensemble, Summary& summary)
{
    const Comparison comparison(c, found, summary);
    for (const Index width : c.particles->widths) {
        std::vector<const NetworkResult*> members;
        std::vector<NetworkSpec> specs;
        for (std::size_t k = 0; k < ensemble.networks.size(); ++k) {
            if (ensemble.networks[k].width == width && ensemble.networks[k].start == Start::random) {
                members.push_back(&ensemble.results[k]);
                specs.push_back(ensemble.networks[k]);
            }
        }
        const Matrix first_order = first_orders(c, found, specs);
        for (std::size_t j = 0; j < found.first.times.size() && members.size() > 1; ++j) {
            const auto place = std::find(ensemble.times.begin(), ensemble.times.end(), found.first.times[j]);
            if (place == ensemble.times.end()) {
                continue;
            }
            const Index row = place - ensemble.times.begin();
            const auto count = static_cast<Index>(members.size());
            WidthSample sample{Matrix(count, members.front()->predictions.cols()), Field(count),
                               first_order.row(static_cast<Index>(j)).transpose()};
            for (Index k = 0; k < count; ++k) {
                const NetworkResult& network = *members[static_cast<std::size_t>(k)];
                sample.predictions.row(k) = network.predictions.row(row);
                sample.objectives[k] = network.objective[row];
            }
            comparison.add(width, static_cast<Index>(j), sample);
        }
    }
}

}  // namespace

Field mean_variance(const Risk& risk, const Matrix& variance)
{
    return variance.transpose() * (risk.nodes().weights / risk.nodes().weights.sum());
}

Interval bootstrap(Index count, const std::function<double(const std::vector<Index>&)>& statistic,
                   std::uint64_t seed, Index resamples)
{
    std::vector<double> values;
    std::vector<Index> some(static_cast<std::size_t>(count));
    for (Index k = 0; k < resamples; ++k) {
        const Stream stream(seed, static_cast<std::uint32_t>(k), 0);
        for (std::size_t i = 0; i < some.size(); ++i) {
            some[i] = stream.below(count, i);
        }
        values.push_back(statistic(some));
    }
    std::sort(values.begin(), values.end());
    const auto last = static_cast<double>(resamples - 1);
    return {values[static_cast<std::size_t>(std::floor(0.025 * last))],
            values[static_cast<std::size_t>(std::ceil(0.975 * last))]};
}

namespace {

/// The functional of Predicted, with values of cells at all of their points.
std::function<Field(const Matrix&, const Field&, const Field&)> first_order_of(const Case& c,
                                                                               const GridFlow& flow,
                                                                               const Matrix& eta)
{
    const Field limit = eta.transpose() * start_moments(flow).first;
    const auto grid = std::make_shared<const Grid>(flow.grid());
    const Layout layout = flow.layout();
    const bool two = c.problem.amplitude == Amplitude::signs;
    return [=](const Matrix& points, const Field& masses, const Field& signs) {
        Field sum = -limit;
        for (Index j = 0; j < points.cols(); ++j) {
            const Index first = two && signs[j] < 0.0 ? layout.sites() : 0;
            sum += masses[j] * eta.row(first + cell_at(*grid, points.col(j))).transpose();
        }
        return sum;
    };
}

/// M int phi_i^2 dmu - f_i^2 of the prepared state.
Field drawn_anew(const GridFlow& flow, const Linearisation& linear, const Field& state)
{
    const Layout& layout = flow.layout();
    const Field masses = std::exp(state[layout.log_mass()]) * layout.measure(state);
    const Field squares = linear.features().cwiseAbs2().transpose() * masses;
    return masses.sum() * squares - flow.evaluation().predictions.cwiseAbs2();
}

}  // namespace

namespace {

constexpr const char* kept_folders[] = {"fluctuations", "biases"};

/// A keeper in a folder of a run directory; without a directory none.
Keeper keeper_in(const std::string& directory, const char* folder, const Case& c)
{
    if (directory.empty()) {
        return {};
    }
    const std::string place = directory + "/" + folder, fingerprint = c.fingerprint();
    const double end = c.time.limits.end, interval = c.output.checkpoint;
    Keeper keeper;
    keeper.before = take_checkpoint(place, fingerprint, end);
    const auto last =
        std::make_shared<std::chrono::steady_clock::time_point>(std::chrono::steady_clock::now());
    keeper.due = [last, interval] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - *last).count() >= interval;
    };
    keeper.keep = [=](Checkpoint now) {
        now.fingerprint = fingerprint;
        now.numbers["clock.end"] = end;
        make_directory(place);
        save_checkpoint(place, now);
        *last = std::chrono::steady_clock::now();
    };
    return keeper;
}

}  // namespace

Predicted predict_networks(const Case& c, const FluctuationOptions& options, bool progress,
                           const std::string& directory)
{
    const std::unique_ptr<GridRun> run = prepared(c);
    GridFlow& flow = run->flow();
    Linearisation linear(flow);  // refuses before anything is computed
    Trajectory trajectory(flow, run->state(), c.time.limits, options.at);
    Predicted found;
    Meter backward("fluctuations", c.output.progress), forward("biases", c.output.progress);
    found.first =
        predict_fluctuations(flow, trajectory, options.at, shown(backward, progress, "backward solves"),
                             keeper_in(directory, kept_folders[0], c), c.particles && c.particles->batch > 0);
    if (options.bias) {
        BiasOptions bias;
        bias.columns = bias_columns(options, flow);
        bias.seed = options.seed;
        found.second =
            predict_biases(flow, trajectory, options.at, bias, shown(forward, progress, "forward solves"),
                           keeper_in(directory, kept_folders[1], c));
    }
    if (!c.problem.warm()) {
        found.first_order = first_order_of(c, flow, found.first.objective_start);
    }
    const auto count = static_cast<Index>(options.at.size());
    found.objective.resize(count);
    found.predictions.resize(found.first.variance.rows(), count);
    found.resampling.resize(found.predictions.rows(), count);
    for (Index j = 0; j < count; ++j) {
        const std::size_t time = static_cast<std::size_t>(j);
        const Field state = trajectory.state(trajectory.begins_at(time));
        flow.prepare(state, options.at[time]);
        found.objective[j] = flow.evaluation().energy();
        if (found.predictions.rows() > 0) {
            found.predictions.col(j) = flow.evaluation().predictions;
            linear.take(state);
            found.resampling.col(j) = drawn_anew(flow, linear, state);
        }
    }
    return found;
}

void run_fluctuations(const Case& c, const std::string& directory, const RunOptions& options,
                      const Ensemble& networks, Summary& summary)
{
    const Predicted found = predict_networks(c, *c.fluctuations, options.progress, directory);
    add_predicted(c, found, summary);
    if (!networks.results.empty()) {
        compare_widths(c, found, networks, summary);
    }
    write_fluctuations(c, directory + "/fluctuations.nc", found);
    for (const char* folder : kept_folders) {
        remove_all(directory + "/" + folder);
    }
}

}  // namespace widelimit
