// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/width_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "case_checks.hpp"
#include "network_training.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/run/grid_run.hpp"
#include "widelimit/run/meter.hpp"
#include "widelimit/run/width_statistics.hpp"

namespace widelimit {
namespace {

/// Predictions, or F alone.
Field limit_at(const Case& c, double time, bool objective)
{
    const std::unique_ptr<GridRun> run = prepared(c);
    GridFlow& flow = run->flow();
    Trajectory trajectory(flow, run->state(), c.time.limits, {time});
    flow.prepare(trajectory.state(trajectory.steps()), time);
    return objective ? Field::Constant(1, flow.evaluation().energy()) : flow.evaluation().predictions;
}

double rms_error(const Case& c, const Field& difference, bool objective)
{
    if (objective) {
        return std::abs(difference[0]);
    }
    const Field& weights = c.problem.risk->nodes().weights;
    return std::sqrt(weights.dot(difference.cwiseAbs2()) / weights.sum());
}

/// Squared errors of networks of the width that is tried.
Field squared_errors(const Case& c, const WidthQuestion& question, const WidthAnswer& answer,
                     const Field& limit, bool progress)
{
    std::vector<NetworkSpec> networks;
    for (Index k = 0; k < question.networks; ++k) {
        networks.push_back({answer.tried, question.seed + static_cast<std::uint64_t>(k), Start::random});
    }
    Meter meter("networks", c.output.progress);
    const auto results = simulate(c.problem, networks, {answer.time}, training_of(c), [&](double part) {
        if (progress && meter.due()) {
            meter.show(part, fmt::format("{} networks of width {}", question.networks, answer.tried));
        }
    });
    if (interrupted() != 0) {
        throw Interruption();
    }
    Field squares(static_cast<Index>(results.size()));
    for (std::size_t k = 0; k < results.size(); ++k) {
        const Field found = question.objective ? Field::Constant(1, results[k].objective[0])
                                               : Field(results[k].predictions.row(0).transpose());
        squares[static_cast<Index>(k)] = std::pow(rms_error(c, found - limit, question.objective), 2);
    }
    return squares;
}

void verify(const Case& c, const WidthQuestion& question, const Field& limit, bool progress,
            WidthAnswer& answer)
{
    answer.tried = std::min(answer.width, question.largest);
    answer.expected = expected_error(answer, answer.tried);
    const Field squares = squared_errors(c, question, answer, limit, progress);
    answer.networks = squares.size();
    answer.measured = std::sqrt(squares.mean());
    answer.interval = bootstrap(
        squares.size(),
        [&](const std::vector<Index>& some) {
            double sum = 0.0;
            for (const Index k : some) {
                sum += squares[k];
            }
            return std::sqrt(sum / static_cast<double>(some.size()));
        },
        question.seed);
}

}  // namespace

double expected_error(const WidthAnswer& answer, Index width)
{
    const auto m = static_cast<double>(width);
    return std::sqrt(answer.variance / m + answer.bias * answer.bias / (m * m) + answer.batches);
}

WidthAnswer width_for(const Case& c, const WidthQuestion& question, bool progress)
{
    if (!c.grid) {
        throw ConfigError("the width is found from the solution on a grid: add [grid.axes]");
    }
    if (!question.objective && !c.problem.risk) {
        throw ConfigError("this problem has no predictions: ask for the error of F (--of objective)");
    }
    WidthAnswer answer;
    answer.error = question.error;
    answer.time = question.time > 0.0 ? question.time : c.time.limits.end;
    FluctuationOptions options;
    options.at = {answer.time};
    const Predicted found = predict_networks(c, options, progress);
    if (question.objective) {
        answer.variance = found.first.objective_variance[0];
        answer.bias = std::abs(found.second.objective[0]);
    } else {
        answer.variance = mean_variance(*c.problem.risk, found.first.variance)[0];
        answer.bias = rms_error(c, found.second.prediction.col(0), false);
    }
    if (c.particles && c.particles->batch > 0) {
        const double scale = c.particles->step / static_cast<double>(c.particles->batch);
        answer.batches =
            scale * (question.objective ? found.first.objective_batch_noise[0]
                                        : mean_variance(*c.problem.risk, found.first.batch_noise)[0]);
    }
    const double square = question.error * question.error - answer.batches, b = answer.bias;
    if (!(square > 0.0)) {
        throw ConfigError(
            fmt::format("no width is enough: batches of {} in steps of {:.6g} make an error of {:.3g} alone",
                        c.particles->batch, c.particles->step, std::sqrt(answer.batches)));
    }
    const double width =
        (answer.variance + std::sqrt(answer.variance * answer.variance + 4.0 * square * b * b)) /
        (2.0 * square);
    if (!(width < 1e15)) {
        throw ConfigError(fmt::format("no network has so many neurons: {:.3g}", width));
    }
    answer.width = std::max<Index>(1, static_cast<Index>(std::ceil(width)));
    const Field limit =
        question.objective ? Field::Constant(1, found.objective[0]) : Field(found.predictions.col(0));
    Case half = c;
    half.grid = c.grid->half();
    answer.resolution =
        rms_error(c, limit_at(half, answer.time, question.objective) - limit, question.objective);
    if (question.networks > 1) {
        verify(c, question, limit, progress, answer);
    }
    return answer;
}

}  // namespace widelimit
