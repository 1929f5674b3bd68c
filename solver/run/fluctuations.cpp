// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/fluctuations.hpp"

#include <cmath>

#include "linear_step.hpp"
#include "widelimit/core/interrupt.hpp"

namespace widelimit {
namespace {

/// sum of rate (w_to - w_from)^2, a number a column.
Field exchanged(const std::vector<Linearisation::Exchange>& noise, const Matrix& w)
{
    Field sum = Field::Zero(w.cols());
    for (const Linearisation::Exchange& move : noise) {
        sum += move.rate * (w.row(move.to) - w.row(move.from)).cwiseAbs2().transpose();
    }
    return sum;
}

Field start_variances(const StartMoments& start, const Matrix& eta)
{
    const Field mean = eta.transpose() * start.first;
    return eta.cwiseAbs2().transpose() * start.second - mean.cwiseAbs2();
}

/// psi, and the features if there are any.
Matrix output_columns(const GridFlow& flow, const Linearisation& linear)
{
    const Index nodes = flow.problem().features ? flow.problem().features->size() : 0;
    Matrix all(flow.layout().masses(), nodes + 1);
    if (nodes > 0) {
        all.leftCols(nodes) = linear.features();
    }
    all.col(nodes) = flow.evaluation().potential;
    return all;
}

}  // namespace

StartMoments start_moments(const GridFlow& flow)
{
    const Problem& problem = flow.problem();
    const Layout& layout = flow.layout();
    const Field start = initial_state(problem, flow.grid(), layout);
    const double mass = std::exp(start[layout.log_mass()]);
    StartMoments moments{mass * layout.measure(start), Field()};
    moments.second = problem.initial.mass * moments.first;
    if (problem.sphere == Sphere::weights) {
        const Field fourth = cell_masses(*problem.initial.whole(), flow.grid(), 4.0);
        const Field square = cell_masses(*problem.initial.whole(), flow.grid(), 2.0);
        for (Index c = 0; c < layout.channels; ++c) {
            auto part = moments.second.segment(c * layout.sites(), layout.cells);
            part.array() *= fourth.array() / square.array().max(1e-300);
        }
    }
    return moments;
}

namespace {

/// The solve from the last of the times to the start.
struct Backward {
    Index step = 0, each = 0;  ///< columns a time
    Matrix eta;                ///< of the last times first
    Field noise, now;          ///< of the columns: summed up, and at this step

    explicit Backward(const Checkpoint& c)
        : step(c.integers.at("step")),
          each(c.integers.at("each")),
          noise(c.fields.at("noise")),
          now(c.fields.at("now"))
    {
        const Field& all = c.fields.at("eta");
        eta = unflat(all, noise.size() > 0 ? all.size() / noise.size() : 0);
    }
    explicit Backward(Index steps) : step(steps) {}

    Checkpoint kept() const
    {
        Checkpoint c;
        c.fields = {{"eta", flat(eta)}, {"noise", noise}, {"now", now}};
        c.integers["each"] = each;
        return c;
    }
    /// Columns that begin here.
    void join(const Matrix& more)
    {
        const Index known = eta.cols();
        each = more.cols();
        eta.conservativeResize(more.rows(), known + each);
        eta.rightCols(each) = more;
        noise.conservativeResize(known + each);
        noise.tail(each).setZero();
    }
    /// How many times have joined.
    Index joined() const { return each > 0 ? eta.cols() / each : 0; }
};

}  // namespace

Fluctuations predict_fluctuations(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                                  const FluctuationProgress& progress, const Keeper& keeper)
{
    const Interruptible here;
    const StartMoments start = start_moments(flow);
    Linearisation linear(flow);
    LinearStep step(flow, linear);
    const auto count = static_cast<Index>(times.size());
    const Checkpoint* before = kept_before(keeper, trajectory, times);
    Backward solve = before ? Backward(*before) : Backward(trajectory.steps());
    go_to(flow, linear, trajectory, times, solve.step);
    double speed =
        flow.speed(solve.step < trajectory.steps() ? trajectory.step(solve.step).time : times.back());
    for (;; --solve.step) {
        keep_and_go_on(keeper, trajectory, times, solve.step, [&] { return solve.kept(); });
        const Index time = count - 1 - solve.joined();
        if (time >= 0 && trajectory.begins_at(static_cast<std::size_t>(time)) == solve.step) {
            solve.join(output_columns(flow, linear));
            solve.now = speed * exchanged(linear.noise(), solve.eta);
        }
        if (solve.step == 0) {
            break;
        }
        const double dt = trajectory.step(solve.step - 1).dt;
        const Trajectory::Stages stages = trajectory.stages(solve.step - 1);
        step.begin(stages, dt);
        step.back(solve.eta);
        speed = flow.speed(stages.times[0]);
        const Field earlier = speed * exchanged(linear.noise(), solve.eta);
        solve.noise += 0.5 * dt * (earlier + solve.now);
        solve.now = earlier;
        if (progress) {
            progress(1.0 - static_cast<double>(solve.step - 1) / static_cast<double>(trajectory.steps()));
        }
    }
    const Index each = solve.each;
    const Field of_start = start_variances(start, solve.eta), all = of_start + solve.noise;
    Fluctuations found{times, Matrix(each - 1, count), Field(count), Matrix(solve.eta.rows(), count),
                       Matrix(each - 1, count)};
    for (Index j = 0; j < count; ++j) {
        const Index first = (count - 1 - j) * each;
        found.variance.col(j) = all.segment(first, each - 1);
        found.noise.col(j) = solve.noise.segment(first, each - 1);
        found.objective_variance[j] = all[first + each - 1];
        found.objective_start.col(j) = solve.eta.col(first + each - 1);
    }
    return found;
}

}  // namespace widelimit
