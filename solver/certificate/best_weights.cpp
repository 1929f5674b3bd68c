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

/// min R(A w) + sum_j c_j |w_j| + ridge |w|^2 / 2, of all w or of those with given sums over groups, by
/// Newton's method on the weights that are not zero, whose signs are fixed until one of them reaches zero and
/// leaves.
class ActiveSet {
public:
    struct Kind {
        double ridge;
        bool both_signs;
        std::vector<Index> groups;  ///< of every weight; empty: no sum is given
    };

    ActiveSet(const Risk& risk, const Matrix& columns, Field costs, Field weights, Kind kind)
        : risk_(&risk),
          columns_(&columns),
          costs_(std::move(costs)),
          kind_(std::move(kind)),
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
        return risk_->value(*columns_ * weights) + costs_.dot(weights.cwiseAbs()) +
               0.5 * kind_.ridge * weights.squaredNorm();
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
        const Field pull = a.transpose() * risk_->slope(f), cost = costs_(set).cwiseProduct(sign);
        const Field gradient = along_sums(pull + cost + kind_.ridge * Field(weights_(set)), set);
        const double size = std::max(cost.cwiseAbs().maxCoeff(), sums() ? pull.cwiseAbs().maxCoeff() : 0.0);
        if (gradient.cwiseAbs().maxCoeff() <= 1e-14 * size) {
            return false;
        }
        Matrix bent(a.rows(), a.cols());
        for (Index k = 0; k < a.cols(); ++k) {
            bent.col(k) = risk_->curvature(f, a.col(k));
        }
        Matrix hessian = a.transpose() * bent;
        hessian.diagonal().array() += kind_.ridge;
        for (Index k = 0; sums() && k < hessian.cols(); ++k) {
            hessian.col(k) = along_sums(hessian.col(k), set);
        }
        for (Index k = 0; sums() && k < hessian.rows(); ++k) {
            hessian.row(k) = along_sums(hessian.row(k).transpose(), set).transpose();
        }
        Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
        solver.setThreshold(1e-13);
        solver.compute(hessian);
        const Field direction = along_sums(-solver.solve(gradient), set);
        const Field missed = along_sums(-(gradient + hessian * direction), set);
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

    bool sums() const { return !kind_.groups.empty(); }

    /// What is left of numbers at some weights where the sums over the groups stay.
    Field along_sums(const Field& values, const std::vector<Index>& set) const
    {
        return sums() ? Field(values - means(values, set)(group_of(set))) : values;
    }

    std::vector<Index> group_of(const std::vector<Index>& set) const
    {
        std::vector<Index> groups;
        for (const Index j : set) {
            groups.push_back(kind_.groups[static_cast<std::size_t>(j)]);
        }
        return groups;
    }

    /// Over the members of each group; 0 where it has none.
    Field means(const Field& values, const std::vector<Index>& set) const
    {
        const Index count = *std::max_element(kind_.groups.begin(), kind_.groups.end()) + 1;
        Field sum = Field::Zero(count), members = Field::Zero(count);
        const std::vector<Index> groups = group_of(set);
        for (std::size_t k = 0; k < set.size(); ++k) {
            sum[groups[k]] += values[static_cast<Index>(k)];
            members[groups[k]] += 1.0;
        }
        return sum.cwiseQuotient(members.cwiseMax(1.0));
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
        const std::vector<Index> set = active();
        const Field levels = sums() ? means(Field((gradient + costs_)(set)), set) : Field();
        const double size = std::max(gradient.cwiseAbs().maxCoeff(), costs_.cwiseAbs().maxCoeff());
        double most = (sums() ? 1e-13 : 0.0) * size;
        Index entering = -1;
        for (Index j = 0; j < gradient.size(); ++j) {
            const double pull = kind_.both_signs ? std::abs(gradient[j]) : -gradient[j];
            const double level = sums() ? levels[kind_.groups[static_cast<std::size_t>(j)]] : 0.0;
            const double gain = pull - costs_[j] * (sums() ? 1.0 : 1.0 + 1e-13) + level;
            if (signs_[j] == 0.0 && gain > most) {
                most = gain;
                entering = j;
            }
        }
        if (entering < 0) {
            return false;
        }
        signs_[entering] = kind_.both_signs && gradient[entering] > 0.0 ? -1.0 : 1.0;
        return true;
    }

    const Risk* risk_;
    const Matrix* columns_;
    Field costs_;
    Kind kind_;
    Field weights_, signs_;
    int unseen_ = 0;  ///< steps in a row below the resolution of the objective
};

}  // namespace

Field best_weights(const Risk& risk, const Matrix& columns, double penalty, Field weights, bool both_signs,
                   double ridge)
{
    expects(columns.cols() == weights.size() && penalty > 0.0, "a weight a column, a penalty above 0");
    const Field costs = Field::Constant(weights.size(), penalty);
    return ActiveSet(risk, columns, costs, std::move(weights), {ridge, both_signs, {}}).solved();
}

Field best_shares(const Risk& risk, const Matrix& columns, const Field& costs, Field weights,
                  const std::vector<Index>& groups)
{
    expects(columns.cols() == weights.size() && costs.size() == weights.size(),
            "a weight and a cost a column");
    return ActiveSet(risk, columns, costs, std::move(weights), {0.0, false, groups}).solved();
}

}  // namespace widelimit
