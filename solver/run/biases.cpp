// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "linear_step.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
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

/// The solve from the start to the last of the times.
struct Forward {
    Index step = 0, next = 0;  ///< `next`: of the times
    Matrix v, shifts;
    Biases found;

    Forward(Matrix root, Index groups, Index nodes, const std::vector<double>& times) : v(std::move(root))
    {
        const auto count = static_cast<Index>(times.size());
        shifts = Matrix::Zero(v.rows(), groups);
        found = {times,
                 Matrix::Zero(nodes, count),
                 Field::Zero(count),
                 Matrix::Zero(nodes, count),
                 Field::Zero(count),
                 v.cols()};
    }
    Checkpoint kept() const
    {
        Checkpoint c;
        c.fields = {{"v", flat(v)},
                    {"shifts", flat(shifts)},
                    {"prediction", flat(found.prediction)},
                    {"variance", flat(found.variance)},
                    {"objective", found.objective},
                    {"error", found.error}};
        c.integers["next"] = next;
        return c;
    }
    void go_on(const Checkpoint& c)
    {
        const Index nodes = found.prediction.rows();
        step = c.integers.at("step");
        next = c.integers.at("next");
        v = unflat(c.fields.at("v"), v.rows());
        shifts = unflat(c.fields.at("shifts"), shifts.rows());
        if (nodes > 0) {
            found.prediction = unflat(c.fields.at("prediction"), nodes);
            found.variance = unflat(c.fields.at("variance"), nodes);
        }
        found.objective = c.fields.at("objective");
        found.error = c.fields.at("error");
    }
    /// At the prepared state, which is that of the next of the times.
    void look(const GridFlow& flow, const Linearisation& linear, const Blocks& groups)
    {
        if (found.prediction.rows() > 0) {
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
};

}  // namespace

Biases predict_biases(GridFlow& flow, Trajectory& trajectory, const std::vector<double>& times,
                      const BiasOptions& options, const FluctuationProgress& progress, const Keeper& keeper)
{
    const Interruptible here;
    expects(options.columns > 0 || !flow.problem().warm(), "random columns at a positive temperature");
    const StartRoot root(start_moments(flow));
    Linearisation linear(flow);
    LinearStep step(flow, linear);
    const bool sampled = options.columns > 0;
    Matrix columns = sampled ? root.random(options.columns, options.seed) : root.all();
    const Blocks groups = groups_of(columns.cols(), sampled);
    const Index nodes = flow.problem().features ? flow.problem().features->size() : 0;
    Forward solve(std::move(columns), groups.number(), nodes, times);
    if (const Checkpoint* before = kept_before(keeper, trajectory, times)) {
        solve.go_on(*before);
    }
    const auto count = static_cast<Index>(times.size());
    for (;; ++solve.step) {
        const Index k = solve.step;
        keep_and_go_on(keeper, trajectory, times, k, [&] { return solve.kept(); });
        if (solve.next < count && trajectory.begins_at(static_cast<std::size_t>(solve.next)) == k) {
            go_to(flow, linear, trajectory, times, k);
            solve.look(flow, linear, groups);
        }
        if (k == trajectory.steps()) {
            break;
        }
        const Trajectory::Stages stages = trajectory.stages(k);
        const double dt = trajectory.step(k).dt;
        step.begin(stages, dt);
        if (flow.problem().warm()) {
            const double moved = step.at(0);
            add_noise(linear.noise(), moved, options.seed, k, solve.v);
        }
        step.forth(groups, solve.v, solve.shifts);
        if (progress) {
            progress(static_cast<double>(k + 1) / static_cast<double>(trajectory.steps()));
        }
    }
    return solve.found;
}

}  // namespace widelimit
