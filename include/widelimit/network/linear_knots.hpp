// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/network/activation.hpp"

namespace widelimit {

/// Linear between knots (z_k, sigma_k), constant outside the first and the last.
class LinearKnots : public Activation {
public:
    /// Rows [z_k, sigma_k], z increasing.
    explicit LinearKnots(Matrix knots) : knots_(std::move(knots)) {}

    void value(Eigen::Ref<Matrix> z) const override;
    void slope(Eigen::Ref<Matrix> z) const override;
    void value_and_slope(Eigen::Ref<Matrix> z, Eigen::Ref<Matrix> slope) const override;
    std::vector<double> kinks() const override;
    double bound() const override { return knots_.col(1).cwiseAbs().maxCoeff(); }
    double lipschitz() const override;

private:
    /// Number of knots at or below x (strictly below if not `inclusive`).
    Index below(double x, bool inclusive) const;
    double at(double x) const;
    /// The sum of what all pieces between knots add.
    void add_pieces(const Field& z, double* values) const;
    double side(double x, bool right) const;
    double rise(Index k) const
    {
        return (knots_(k, 1) - knots_(k - 1, 1)) / (knots_(k, 0) - knots_(k - 1, 0));
    }

    Matrix knots_;
};

}  // namespace widelimit
