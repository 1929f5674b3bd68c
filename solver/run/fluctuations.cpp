// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/fluctuations.hpp"

#include <cmath>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/scheme/linearisation.hpp"

namespace widelimit {
namespace {

/// J at the stages of a step, one after another, times the speed and dt.
class LinearStep {
public:
    LinearStep(GridFlow& flow, Linearisation& linear) : flow_(&flow), linear_(&linear) {}

    void begin(const Trajectory::Stages& stages, double dt)
    {
        stages_ = &stages;
        dt_ = dt;
    }
    /// The linearisation at stage k, and dt times the speed there.
    double at(std::size_t k)
    {
        flow_->prepare(stages_->states[k], stages_->times[k]);
        linear_->take(stages_->states[k]);
        return dt_ * flow_->speed(stages_->times[k]);
    }

    /// The transposed of the derivative of a step of ssp-rk3.
    void back(Matrix& w)
    {
        const double last = at(2);
        const Matrix third = 2.0 / 3.0 * (w + last * linear_->transpose(w));
        const double middle = at(1);
        const Matrix second = 0.25 * (third + middle * linear_->transpose(third));
        const double first = at(0);
        w = w / 3.0 + 0.75 * third + second + first * linear_->transpose(second);
    }

    /// The derivative of a step, and that of the shifts, one a group of columns, with what these bend into
    /// it.
    void forth(const Blocks& groups, Matrix& v, Matrix& shifts)
    {
        const Matrix start = v, shifts_start = shifts;
        const std::array<double, 3> shares = {0.0, 0.75, 1.0 / 3.0};
        for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
            const double dt = at(k), share = shares[k];
            Matrix bent(v.rows(), shifts.cols()), both(v.rows(), v.cols() + shifts.cols());
            both << v, shifts;
            const Matrix answers = linear_->answer(both);
            for (Index g = 0; g < groups.number(); ++g) {
                const Index first = groups.first(g), size = groups.length(g);
                const double scale = static_cast<double>(v.cols()) / static_cast<double>(size);
                bent.col(g) =
                    scale * linear_->bend(v.middleCols(first, size), answers.middleCols(first, size));
            }
            const Matrix rates = linear_->apply(both, answers);
            v = share * start + (1.0 - share) * (v + dt * rates.leftCols(v.cols()));
            shifts = share * shifts_start +
                     (1.0 - share) * (shifts + dt * (rates.rightCols(shifts.cols()) + bent));
        }
    }

private:
    GridFlow* flow_;
    Linearisation* linear_;
    const Trajectory::Stages* stages_ = nullptr;
    double dt_ = 0.0;
};

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

Fluctuations predict_fluctuations(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                                  const FluctuationProgress& progress)
{
    const Interruptible here;
    const StartMoments start = start_moments(flow);
    Linearisation linear(flow);
    LinearStep step(flow, linear);
    const auto count = static_cast<Index>(times.size());
    flow.prepare(trajectory.state(trajectory.steps()), times.back());
    linear.take(trajectory.state(trajectory.steps()));
    double speed = flow.speed(times.back());
    Matrix eta;  // of the last times first
    Index known = 0, each = 0;
    Field noise, now;
    for (Index k = trajectory.steps(); k >= 0; --k) {
        // The flow and its linearisation are at the beginning of step k.
        interruption_point();
        const Index time = count - 1 - (each > 0 ? known / each : 0);
        if (time >= 0 && trajectory.begins_at(static_cast<std::size_t>(time)) == k) {
            const Matrix more = output_columns(flow, linear);
            each = more.cols();
            eta.conservativeResize(more.rows(), known + each);
            eta.rightCols(each) = more;
            noise.conservativeResize(known + each);
            noise.tail(each).setZero();
            known += each;
            now = speed * exchanged(linear.noise(), eta);
        }
        if (k == 0) {
            break;
        }
        const double dt = trajectory.step(k - 1).dt;
        const Trajectory::Stages stages = trajectory.stages(k - 1);
        step.begin(stages, dt);
        step.back(eta);
        speed = flow.speed(stages.times[0]);
        const Field before = speed * exchanged(linear.noise(), eta);
        noise += 0.5 * dt * (before + now);
        now = before;
        if (progress) {
            progress(1.0 - static_cast<double>(k - 1) / static_cast<double>(trajectory.steps()));
        }
    }
    const Field of_start = start_variances(start, eta), all = of_start + noise;
    Fluctuations found{times, Matrix(each - 1, count), Field(count), Matrix(eta.rows(), count),
                       Matrix(each - 1, count)};
    for (Index j = 0; j < count; ++j) {
        const Index first = (count - 1 - j) * each;
        found.variance.col(j) = all.segment(first, each - 1);
        found.noise.col(j) = noise.segment(first, each - 1);
        found.objective_variance[j] = all[first + each - 1];
        found.objective_start.col(j) = eta.col(first + each - 1);
    }
    return found;
}

namespace {

/// B with B B^T = diag(second) - first first^T: sqrt(second) (1 - a a^T / (1 + sqrt(1 - |a|^2))), a = first /
/// sqrt(second), times a matrix of signs with a number of columns, or all of its own columns that are not 0.
class StartRoot {
public:
    explicit StartRoot(const StartMoments& start) : scale_(start.second.cwiseSqrt())
    {
        direction_ = (scale_.array() > 0.0).select(start.first.array() / scale_.array().max(1e-300), 0.0);
        const double square = std::min(1.0, direction_.squaredNorm());
        share_ = 1.0 / (1.0 + std::sqrt(1.0 - square));
        for (Index k = 0; k < scale_.size(); ++k) {
            if (scale_[k] > 0.0) {
                sites_.push_back(k);
            }
        }
    }

    Index columns() const { return static_cast<Index>(sites_.size()); }

    Matrix all() const
    {
        Matrix root(scale_.size(), columns());
        for (Index k = 0; k < columns(); ++k) {
            const Index site = sites_[static_cast<std::size_t>(k)];
            root.col(k) = -share_ * direction_[site] * direction_.cwiseProduct(scale_);
            root(site, k) += scale_[site];
        }
        return root;
    }

    Matrix random(Index columns, std::uint64_t seed) const
    {
        Matrix root(scale_.size(), columns);
        const double size = 1.0 / std::sqrt(static_cast<double>(columns));
        for (Index k = 0; k < columns; ++k) {
            const Stream stream(seed, 0, static_cast<std::uint32_t>(k));
            Field signs(scale_.size());
            for (Index i = 0; i < signs.size(); ++i) {
                signs[i] = stream.uniform(static_cast<std::uint64_t>(i)) < 0.5 ? -size : size;
            }
            root.col(k) = scale_.cwiseProduct(signs - share_ * direction_.dot(signs) * direction_);
        }
        return root;
    }

private:
    Field scale_, direction_;
    double share_ = 0.0;
    std::vector<Index> sites_;
};

/// Noise of the particles in a step, one realisation a column.
void add_noise(const std::vector<Linearisation::Exchange>& noise, double dt, std::uint64_t seed, Index step,
               Matrix& v)
{
    const double size = 1.0 / std::sqrt(static_cast<double>(v.cols()));
    for (Index column = 0; column < v.cols() && !noise.empty(); ++column) {
        const Stream stream(seed, static_cast<std::uint32_t>(1 + step), static_cast<std::uint32_t>(column));
        for (std::size_t k = 0; k < noise.size(); ++k) {
            const Linearisation::Exchange& move = noise[k];
            const double sign = stream.uniform(k) < 0.5 ? -size : size;
            const double moved = sign * std::sqrt(dt * std::max(0.0, move.rate));
            v(move.to, column) += moved;
            v(move.from, column) -= moved;
        }
    }
}

/// Second order of F at the prepared state, one number a column: <g, R'' g> / 2 + <v, K v> / 2.
Field curved(const Linearisation& linear, const Matrix& v)
{
    return 0.5 * v.cwiseProduct(linear.answer(v)).colwise().sum().transpose();
}

/// Standard error of a mean over independent groups.
double standard_error(const Field& groups)
{
    const auto n = static_cast<double>(groups.size());
    return n < 2.0 ? 0.0 : std::sqrt((groups.array() - groups.mean()).square().sum() / (n * (n - 1.0)));
}

/// Groups of columns that estimate by themselves, so that their spread tells the error.
Blocks groups_of(Index columns, bool sampled)
{
    constexpr Index usual = 8;
    const Index wanted = sampled ? std::min(usual, std::max<Index>(2, columns / 2)) : 1;
    return {columns, std::max<Index>(1, (columns + wanted - 1) / wanted)};
}

}  // namespace

Biases predict_biases(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                      const BiasOptions& options, const FluctuationProgress& progress)
{
    const Interruptible here;
    expects(options.columns > 0 || !flow.problem().warm(), "random columns at a positive temperature");
    const StartRoot root(start_moments(flow));
    Linearisation linear(flow);
    LinearStep step(flow, linear);
    const bool sampled = options.columns > 0;
    Matrix v = sampled ? root.random(options.columns, options.seed) : root.all();
    const Blocks groups = groups_of(v.cols(), sampled);
    Matrix shifts = Matrix::Zero(v.rows(), groups.number());
    const Index nodes = flow.problem().features ? flow.problem().features->size() : 0;
    const auto count = static_cast<Index>(times.size());
    Biases found{times,   Matrix(nodes, count), Field(count), Matrix(nodes, count), Field::Zero(count),
                 v.cols()};
    Index next = 0;
    for (Index k = 0; k <= trajectory.steps(); ++k) {
        interruption_point();
        const bool wanted = next < count && trajectory.begins_at(static_cast<std::size_t>(next)) == k;
        const bool last = k == trajectory.steps();
        if (wanted) {
            const double time = last ? times.back() : trajectory.step(k).time;
            flow.prepare(trajectory.state(k), time);
            linear.take(trajectory.state(k));
            if (nodes > 0) {
                found.prediction.col(next) = linear.predictions(shifts.rowwise().mean());
                found.variance.col(next) = linear.predictions(v).cwiseAbs2().rowwise().sum();
            }
            Field of_groups = shifts.transpose() * flow.evaluation().potential;
            const Field second = curved(linear, v);
            for (Index g = 0; g < groups.number(); ++g) {
                const Index size = groups.length(g);
                of_groups[g] += static_cast<double>(v.cols()) / static_cast<double>(size) *
                                second.segment(groups.first(g), size).sum();
            }
            found.objective[next] = of_groups.mean();
            found.error[next] = standard_error(of_groups);
            ++next;
        }
        if (last) {
            break;
        }
        const Trajectory::Stages stages = trajectory.stages(k);
        const double dt = trajectory.step(k).dt;
        step.begin(stages, dt);
        if (flow.problem().warm()) {
            const double moved = step.at(0);
            add_noise(linear.noise(), moved, options.seed, k, v);
        }
        step.forth(groups, v, shifts);
        if (progress) {
            progress(static_cast<double>(k + 1) / static_cast<double>(trajectory.steps()));
        }
    }
    return found;
}

}  // namespace widelimit
