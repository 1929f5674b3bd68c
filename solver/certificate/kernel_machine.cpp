// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/kernel_machine.hpp"

#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

Field minimal_solution(const Matrix& matrix, const Field& right)
{
    Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
    solver.setThreshold(1e-14);
    solver.compute(matrix);
    return solver.solve(right);
}

KernelFunction function_of(const Matrix& kernel, Field coefficients)
{
    KernelFunction function;
    function.predictions = kernel * coefficients;
    function.norm = std::sqrt(std::max(0.0, coefficients.dot(function.predictions)));
    function.coefficients = std::move(coefficients);
    return function;
}

/// min a^T Q a / 2 - sum a over a >= 0, after Lawson and Hanson's method for nonnegative least squares.
class NonnegativeProgramme {
public:
    explicit NonnegativeProgramme(const Matrix& q) : q_(&q), a_(Field::Zero(q.rows())) {}

    Field solved_weights()
    {
        const Index most = 30 * q_->rows() + 100;
        for (Index pass = 0; pass < most; ++pass) {
            const Field gain = (1.0 - ((*q_) * a_).array()).matrix();
            Index entering = -1;
            double best = 1e-12;
            for (Index i = 0; i < gain.size(); ++i) {
                if (!active(i) && gain[i] > best) {
                    best = gain[i];
                    entering = i;
                }
            }
            if (entering < 0) {
                break;
            }
            set_.push_back(entering);
            settle();
        }
        return a_;
    }

private:
    bool active(Index i) const { return std::find(set_.begin(), set_.end(), i) != set_.end(); }

    /// The optimum on the active set; weights that would be negative leave one by one.
    void settle()
    {
        while (!set_.empty()) {
            const Matrix part = (*q_)(set_, set_);
            const Field target = minimal_solution(part, Field::Ones(part.rows())), now = a_(set_);
            double length = 1.0;
            for (Index k = 0; k < target.size(); ++k) {
                if (target[k] <= 0.0) {
                    length = std::min(length, now[k] / (now[k] - target[k]));
                }
            }
            if (target.minCoeff() > 0.0) {
                a_(set_) = target;
                return;
            }
            a_(set_) = now + length * (target - now);
            std::vector<Index> kept;
            const double least = 1e-15 * std::max(1e-300, a_.maxCoeff());
            for (const Index i : set_) {
                if (a_[i] > least) {
                    kept.push_back(i);
                } else {
                    a_[i] = 0.0;
                }
            }
            if (kept.size() == set_.size()) {
                return;
            }
            set_ = std::move(kept);
        }
    }

    const Matrix* q_;
    Field a_;
    std::vector<Index> set_;
};

}  // namespace

double KernelMargin::gap_limit() const
{
    double entropy = 0.0;
    for (const double p : dual) {
        entropy -= p > 0.0 ? p * std::log(p) : 0.0;
    }
    return entropy + std::log(dual.maxCoeff());
}

KernelMargin largest_kernel_margin(const Matrix& kernel, const Field& labels)
{
    const double size = kernel.diagonal().maxCoeff();
    const Matrix q = labels.asDiagonal() * (kernel / size) * labels.asDiagonal();
    const Field a = NonnegativeProgramme(q).solved_weights();
    KernelMargin found;
    const double sum = a.sum();
    const Field reached = q * a;
    if (!(sum > 0.0) || !(reached.minCoeff() > 1.0 - 1e-6)) {
        found.dual = Field::Zero(labels.size());
        found.function = function_of(kernel, Field::Zero(labels.size()));
        return found;
    }
    found.dual = a / sum;
    found.function = function_of(kernel, labels.cwiseProduct(a));
    const double norm = found.function.norm;
    found.function = function_of(kernel, found.function.coefficients / norm);
    found.margin = labels.cwiseProduct(found.function.predictions).minCoeff();
    return found;
}

KernelFunction kernel_interpolant(const Matrix& kernel, const Field& targets)
{
    KernelFunction found = function_of(kernel, minimal_solution(kernel, targets));
    const double missed = (found.predictions - targets).cwiseAbs().maxCoeff();
    if (missed > 1e-8 * targets.cwiseAbs().maxCoeff()) {
        found.norm = infinite;
    }
    return found;
}

KernelRidge kernel_ridge(const Risk& risk, const Matrix& kernel, double penalty)
{
    expects(penalty > 0.0, "a penalty above 0");
    const Index n = kernel.rows();
    const auto objective = [&](const Field& c) {
        return risk.value(kernel * c) + 0.5 * penalty * c.dot(kernel * c);
    };
    // Stationary where lambda c + R'(K c) = 0.
    Field c = Field::Zero(n);
    for (int step = 0; step < 100; ++step) {
        const Field f = kernel * c, wrong = penalty * c + risk.slope(f);
        if (wrong.cwiseAbs().maxCoeff() <= 1e-15 * (penalty * c.cwiseAbs().maxCoeff() + 1e-300)) {
            break;
        }
        Matrix jacobian(n, n);
        for (Index j = 0; j < n; ++j) {
            jacobian.col(j) = risk.curvature(f, kernel.col(j));
            jacobian(j, j) += penalty;
        }
        const Field direction = jacobian.partialPivLu().solve(wrong);
        const double before = objective(c);
        double length = 1.0;
        const auto better = [&](const Field& next) {
            // Close to the optimum the objective does not resolve what the equations do.
            const Field left = penalty * next + risk.slope(kernel * next);
            return objective(next) < before || left.norm() < wrong.norm();
        };
        while (length > 1e-10 && !better(c - length * direction)) {
            length *= 0.5;
        }
        c -= length * direction;
        if (direction.norm() <= 1e-15 * c.norm()) {
            break;
        }
    }
    return {objective(c), function_of(kernel, c)};
}

}  // namespace widelimit
