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

/// (W sum_i (r_i a_i)^2 / w_i - (sum_i r_i a_i)^2), a number a column.
Field drawn_rows(const Linearisation& linear, const Matrix& eta)
{
    const GridFlow& flow = linear.flow();
    const Field& weights = flow.problem().risk->nodes().weights;
    const Matrix pushes = flow.evaluation().slope.asDiagonal() * linear.predictions(linear.pulled(eta));
    const Field squares =
        pushes.cwiseAbs2().transpose() * (weights.array() > 0.0).select(weights.cwiseInverse(), 0.0);
    return weights.sum() * squares - pushes.colwise().sum().transpose().cwiseAbs2();
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
    /// Of the columns, noise of the particles and of batches: summed up, and at this step.
    Matrix noise, now;

    explicit Backward(const Checkpoint& c) : step(c.integers.at("step")), each(c.integers.at("each"))
    {
        const Field &all = c.fields.at("eta"), &sums = c.fields.at("noise");
        const Index columns = sums.size() / 2;
        eta = unflat(all, columns > 0 ? all.size() / columns : 0);
        noise = unflat(sums, columns);
        now = unflat(c.fields.at("now"), columns);
    }
    explicit Backward(Index steps) : step(steps), noise(0, 2), now(0, 2) {}

    Checkpoint kept() const
    {
        Checkpoint c;
        c.fields = {{"eta", flat(eta)}, {"noise", flat(noise)}, {"now", flat(now)}};
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
        noise.conservativeResize(known + each, 2);
        noise.bottomRows(each).setZero();
    }
    /// How many times have joined.
    Index joined() const { return each > 0 ? eta.cols() / each : 0; }
};

/// At the end of the solve: what its columns make of the start, and the noise on the way.
Fluctuations summed_up(const Backward& solve, const StartMoments& start, const std::vector<double>& times,
                       bool batches)
{
    const auto count = static_cast<Index>(times.size());
    const Index each = solve.each;
    const Field of_start = start_variances(start, solve.eta), all = of_start + solve.noise.col(0);
    Fluctuations found{times,
                       Matrix(each - 1, count),
                       Field(count),
                       Matrix(solve.eta.rows(), count),
                       Matrix(each - 1, count),
                       Matrix(batches ? each - 1 : 0, count),
                       Field(batches ? count : 0)};
    for (Index j = 0; j < count; ++j) {
        const Index first = (count - 1 - j) * each;
        found.variance.col(j) = all.segment(first, each - 1);
        found.noise.col(j) = solve.noise.col(0).segment(first, each - 1);
        if (batches) {
            found.batch_noise.col(j) = solve.noise.col(1).segment(first, each - 1);
            found.objective_batch_noise[j] = solve.noise(first + each - 1, 1);
        }
        found.objective_variance[j] = all[first + each - 1];
        found.objective_start.col(j) = solve.eta.col(first + each - 1);
    }
    return found;
}

}  // namespace

Fluctuations predict_fluctuations(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                                  const FluctuationProgress& progress, const Keeper& keeper, bool batches)
{
    const Interruptible here;
    const StartMoments start = start_moments(flow);
    Linearisation linear(flow);
    LinearStep step(flow, linear);
    const auto count = static_cast<Index>(times.size());
    const Checkpoint* before = kept_before(keeper, trajectory, times);
    Backward solve = before ? Backward(*before) : Backward(trajectory.steps());
    go_to(flow, linear, trajectory, times, solve.step);
    const auto noise_at = [&](double speed) {
        Matrix made = Matrix::Zero(solve.eta.cols(), 2);
        made.col(0) = speed * exchanged(linear.noise(), solve.eta);
        if (batches) {
            made.col(1) = speed * speed * drawn_rows(linear, solve.eta);
        }
        return made;
    };
    double speed =
        flow.speed(solve.step < trajectory.steps() ? trajectory.step(solve.step).time : times.back());
    for (;; --solve.step) {
        keep_and_go_on(keeper, trajectory, times, solve.step, [&] { return solve.kept(); });
        const Index time = count - 1 - solve.joined();
        if (time >= 0 && trajectory.begins_at(static_cast<std::size_t>(time)) == solve.step) {
            solve.join(output_columns(flow, linear));
            solve.now = noise_at(speed);
        }
        if (solve.step == 0) {
            break;
        }
        const double dt = trajectory.step(solve.step - 1).dt;
        const Trajectory::Stages stages = trajectory.stages(solve.step - 1);
        step.begin(stages, dt);
        step.back(solve.eta);
        speed = flow.speed(stages.times[0]);
        const Matrix earlier = noise_at(speed);
        solve.noise += 0.5 * dt * (earlier + solve.now);
        solve.now = earlier;
        if (progress) {
            progress(1.0 - static_cast<double>(solve.step - 1) / static_cast<double>(trajectory.steps()));
        }
    }
    return summed_up(solve, start, times, batches);
}

}  // namespace widelimit
