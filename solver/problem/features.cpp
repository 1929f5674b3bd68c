// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/features.hpp"

#include <cmath>
#include <numbers>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

class Ridge : public Features {
public:
    Ridge(std::shared_ptr<const Activation> activation, Matrix inputs, Chart chart)
        : activation_(std::move(activation)), inputs_(std::move(inputs)), chart_(chart)
    {
        expects(chart_ != Chart::circle || inputs_.cols() == 2, "two weights on the circle");
        reach_ = inputs_.rowwise().norm();
        kinks_ = activation_->kinks();
    }

    Index size() const override { return inputs_.rows(); }
    bool has_slope() const override { return activation_->has_slope(); }

    Matrix values(const Matrix& points) const override
    {
        Matrix z = preactivations(points);
        activation_->value(z);
        return z;
    }

    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Matrix z = preactivations(points);
        Matrix sigma = z;
        activation_->value(sigma);
        g.noalias() = sigma * r;
        sigma = z;
        activation_->slope(sigma);
        const Matrix slope = sigma * (r.asDiagonal() * inputs_);  // points x p
        if (chart_ == Chart::linear) {
            gradient = slope.transpose();
        } else {
            const auto angle = points.row(0).transpose().array();
            gradient = (slope.col(1).array() * angle.cos() - slope.col(0).array() * angle.sin()).transpose();
        }
    }

    std::vector<double> kinks() const override
    {
        std::vector<double> places;
        for (const double kink : kinks_) {
            for (Index i = 0; i < inputs_.rows(); ++i) {
                add_kinks(kink, i, places);
            }
        }
        return places;
    }

    std::unique_ptr<Features> at(const Matrix& inputs) const override
    {
        return std::make_unique<Ridge>(activation_, inputs, chart_);
    }

private:
    Matrix weights(const Matrix& points) const
    {
        if (chart_ == Chart::linear) {
            return points;
        }
        Matrix w(2, points.cols());
        w.row(0) = points.row(0).array().cos();
        w.row(1) = points.row(0).array().sin();
        return w;
    }

    /// points x nodes.  A point cell lies on a kink up to round-off: there z is the kink exactly.
    Matrix preactivations(const Matrix& points) const
    {
        const Matrix w = weights(points);
        Matrix z = w.transpose() * inputs_.transpose();
        for (const double kink : kinks_) {
            snap(w, kink, z);
        }
        return z;
    }

    void snap(const Matrix& w, double kink, Matrix& z) const
    {
        const Field length = w.colwise().norm();
        for (Index i = 0; i < z.cols(); ++i) {
            for (Index j = 0; j < z.rows(); ++j) {
                if (std::abs(z(j, i) - kink) <= 4e-16 * (length[j] * reach_[i] + std::abs(kink))) {
                    z(j, i) = kink;
                }
            }
        }
    }

    void add_kinks(double kink, Index i, std::vector<double>& places) const
    {
        if (chart_ == Chart::linear) {
            if (inputs_.cols() == 1 && inputs_(i, 0) != 0.0) {
                places.push_back(kink / inputs_(i, 0));
            }
            return;
        }
        const double offset = kink / reach_[i];
        if (reach_[i] > 0.0 && std::abs(offset) < 1.0) {
            const double direction = std::atan2(inputs_(i, 1), inputs_(i, 0));
            const double half = offset == 0.0 ? 0.5 * std::numbers::pi : std::acos(offset);
            places.push_back(direction + half);
            places.push_back(direction - half);
        }
    }

    std::shared_ptr<const Activation> activation_;
    Matrix inputs_;
    Chart chart_;
    Field reach_;
    std::vector<double> kinks_;
};

class Constant : public Features {
public:
    Index size() const override { return 1; }
    Matrix values(const Matrix& points) const override { return Matrix::Ones(points.cols(), 1); }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        g.setConstant(points.cols(), r[0]);
        gradient.setZero(points.rows(), points.cols());
    }
};

}  // namespace

std::unique_ptr<Features> make_ridge(std::shared_ptr<const Activation> activation, Matrix inputs, Chart chart)
{
    return std::make_unique<Ridge>(std::move(activation), std::move(inputs), chart);
}

std::unique_ptr<Features> make_constant()
{
    return std::make_unique<Constant>();
}

}  // namespace widelimit
