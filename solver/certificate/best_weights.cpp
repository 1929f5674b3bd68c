// SPDX-License-Identifier: BSD-3-Clause
#include <Eigen/QR>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "widelimit/certificate/programme.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// min R(A w) + lambda |w|_1 by Newton's method on the weights that are not zero, whose signs are fixed until
/// one of them reaches zero and leaves.
class ActiveSet {
public:
    ActiveSet(const Risk& risk, const Matrix& columns, double penalty, Field weights, bool both_signs)
        : risk_(&risk),
          columns_(&columns),
          penalty_(penalty),
          both_signs_(both_signs),
          weights_(std::move(weights)),
          signs_(weights_.unaryExpr([](double w) { return w > 0.0   ? 1.0
                                                          : w < 0.0 ? -1.0
                                                                    : 0.0; }))
    {}

    Field solved()
    {
        const Index most = 200 + 50 * columns_->cols();
        for (Index pass = 0; pass < most; ++pass) {
            if (!improve() && !enter()) {
                break;
            }
        }
        return weights_;
    }

private:
    double objective(const Field& weights) const
    {
        return risk_->value(*columns_ * weights) + penalty_ * weights.cwiseAbs().sum();
    }

    std::vector<Index> active() const
    {
        std::vector<Index> found;
        for (Index j = 0; j < signs_.size(); ++j) {
            if (signs_[j] != 0.0) {
                found.push_back(j);
            }
        }
        return found;
    }

    /// A step on the active weights; false where they are optimal.
    bool improve()
    {
        const std::vector<Index> set = active();
        if (set.empty()) {
            return false;
        }
        const Matrix a = (*columns_)(Eigen::all, set);
        const Field f = *columns_ * weights_, sign = signs_(set);
        const Field gradient = a.transpose() * risk_->slope(f) + penalty_ * sign;
        if (gradient.cwiseAbs().maxCoeff() <= 1e-14 * penalty_) {
            return false;
        }
        Matrix bent(a.rows(), a.cols());
        for (Index k = 0; k < a.cols(); ++k) {
            bent.col(k) = risk_->curvature(f, a.col(k));
        }
        const Matrix hessian = a.transpose() * bent;
        Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
        solver.setThreshold(1e-13);
        solver.compute(hessian);
        const Field direction = -solver.solve(gradient);
        const Field missed = -(gradient + hessian * direction);
        if (missed.norm() > 1e-6 * gradient.norm()) {
            // R does not change along it, and the norm falls until a weight is zero.
            return take(set, sign, missed, std::numeric_limits<double>::infinity());
        }
        const double before = objective(weights_), gain = -gradient.dot(direction);
        if (gain <= 1e-13 * std::abs(before)) {
            // What the objective hardly resolves: Newton's last steps, taken on trust.
            return take(set, sign, direction, 1.0) && ++unseen_ < 3 + static_cast<int>(set.size());
        }
        unseen_ = 0;
        const Field start = weights_, signs = signs_;
        for (double length = 1.0; length > 1e-12; length *= 0.5) {
            weights_ = start;
            signs_ = signs;
            take(set, sign, direction, length);
            if (objective(weights_) < before) {
                return true;
            }
        }
        weights_ = start;
        signs_ = signs;
        return false;
    }

    /// Along a direction, at most to where the first weight is zero, which leaves; false if there is no end.
    bool take(const std::vector<Index>& set, const Field& sign, const Field& direction, double length)
    {
        Index leaving = -1;
        for (Index k = 0; k < direction.size(); ++k) {
            const double falls = -sign[k] * direction[k];
            const double now = std::abs(weights_[set[static_cast<std::size_t>(k)]]);
            if (falls > 0.0 && now <= length * falls) {
                length = now / falls;
                leaving = k;
            }
        }
        if (!std::isfinite(length)) {
            return false;
        }
        weights_(set) += length * direction;
        if (leaving >= 0) {
            const Index gone = set[static_cast<std::size_t>(leaving)];
            weights_[gone] = signs_[gone] = 0.0;
        }
        return true;
    }

    /// The inactive weight that the objective falls fastest with.
    bool enter()
    {
        const Field gradient = columns_->transpose() * risk_->slope(*columns_ * weights_);
        double most = penalty_ * (1.0 + 1e-13);
        Index entering = -1;
        for (Index j = 0; j < gradient.size(); ++j) {
            const double pull = both_signs_ ? std::abs(gradient[j]) : -gradient[j];
            if (signs_[j] == 0.0 && pull > most) {
                most = pull;
                entering = j;
            }
        }
        if (entering < 0) {
            return false;
        }
        signs_[entering] = gradient[entering] > 0.0 ? -1.0 : 1.0;
        return true;
    }

    const Risk* risk_;
    const Matrix* columns_;
    double penalty_;
    bool both_signs_;
    Field weights_, signs_;
    int unseen_ = 0;  ///< steps in a row below the resolution of the objective
};

}  // namespace

Field best_weights(const Risk& risk, const Matrix& columns, double penalty, Field weights, bool both_signs)
{
    expects(columns.cols() == weights.size() && penalty > 0.0, "a weight a column, a penalty above 0");
    return ActiveSet(risk, columns, penalty, std::move(weights), both_signs).solved();
}

}  // namespace widelimit
