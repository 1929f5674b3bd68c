// SPDX-License-Identifier: BSD-3-Clause
#include "linear_step.hpp"

#include <algorithm>

#include "widelimit/core/interrupt.hpp"

namespace widelimit {

double LinearStep::at(std::size_t k)
{
    flow_->prepare(stages_->states[k], stages_->times[k]);
    linear_->take(stages_->states[k]);
    return dt_ * flow_->speed(stages_->times[k]);
}

void LinearStep::back(Matrix& w)
{
    const double last = at(2);
    const Matrix third = 2.0 / 3.0 * (w + last * linear_->transpose(w));
    const double middle = at(1);
    const Matrix second = 0.25 * (third + middle * linear_->transpose(third));
    const double first = at(0);
    w = w / 3.0 + 0.75 * third + second + first * linear_->transpose(second);
}

void LinearStep::forth(const Blocks& groups, Matrix& v, Matrix& shifts)
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
            bent.col(g) = scale * linear_->bend(v.middleCols(first, size), answers.middleCols(first, size));
        }
        const Matrix rates = linear_->apply(both, answers);
        v = share * start + (1.0 - share) * (v + dt * rates.leftCols(v.cols()));
        shifts =
            share * shifts_start + (1.0 - share) * (shifts + dt * (rates.rightCols(shifts.cols()) + bent));
    }
}

Field flat(const Matrix& matrix)
{
    return Eigen::Map<const Field>(matrix.data(), matrix.size());
}

Matrix unflat(const Field& all, Index rows)
{
    return Eigen::Map<const Matrix>(all.data(), rows, rows > 0 ? all.size() / rows : 0);
}

const Checkpoint* kept_before(const Keeper& keeper, const Trajectory& trajectory,
                              const std::vector<double>& times)
{
    if (!keeper.before || keeper.before->integers.at("steps") != trajectory.steps()) {
        return nullptr;
    }
    const Field& before = keeper.before->fields.at("times");
    const bool same = before.size() == static_cast<Index>(times.size()) &&
                      std::equal(times.begin(), times.end(), before.begin());
    return same ? &*keeper.before : nullptr;
}

void keep_and_go_on(const Keeper& keeper, const Trajectory& trajectory, const std::vector<double>& times,
                    Index k, const std::function<Checkpoint()>& now)
{
    if (keeper.keep && (keeper.due() || interrupted() != 0)) {
        Checkpoint checkpoint = now();
        checkpoint.integers["steps"] = trajectory.steps();
        checkpoint.integers["step"] = k;
        checkpoint.fields["times"] = Eigen::Map<const Field>(times.data(), static_cast<Index>(times.size()));
        keeper.keep(std::move(checkpoint));
    }
    interruption_point();
}

void go_to(GridFlow& flow, Linearisation& linear, Trajectory& trajectory, const std::vector<double>& times,
           Index k)
{
    flow.prepare(trajectory.state(k), k < trajectory.steps() ? trajectory.step(k).time : times.back());
    linear.take(trajectory.state(k));
}

}  // namespace widelimit
