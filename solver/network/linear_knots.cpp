// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/linear_knots.hpp"

#include <algorithm>
#include <cmath>

namespace widelimit {

void LinearKnots::value(Eigen::Ref<Matrix> z) const
{
    z = z.unaryExpr([this](double x) { return at(x); });
}

void LinearKnots::slope(Eigen::Ref<Matrix> z) const
{
    z = z.unaryExpr([this](double x) { return 0.5 * (side(x, true) + side(x, false)); });
}

void LinearKnots::value_and_slope(Eigen::Ref<Matrix> z, Eigen::Ref<Matrix> slope) const
{
    constexpr Index few = 8;
    if (knots_.rows() > few) {
        Activation::value_and_slope(z, slope);
        return;
    }
    for (Index j = 0; j < z.cols(); ++j) {
        for (Index i = 0; i < z.rows(); ++i) {
            const double x = z(i, j);
            double value = knots_(0, 1), rate = 0.0;
            for (Index k = 1; k < knots_.rows(); ++k) {
                const double from = knots_(k - 1, 0), to = knots_(k, 0);
                const double sides = (x > from) + (x >= from) - (x > to) - (x >= to);
                value += rise(k) * (std::clamp(x, from, to) - from);
                rate += 0.5 * sides * rise(k);
            }
            z(i, j) = value;
            slope(i, j) = rate;
        }
    }
}

std::vector<double> LinearKnots::kinks() const
{
    const auto z = knots_.col(0);
    return {z.data(), z.data() + z.size()};
}

double LinearKnots::lipschitz() const
{
    double most = 0.0;
    for (Index k = 1; k < knots_.rows(); ++k) {
        most = std::max(most, std::abs(rise(k)));
    }
    return most;
}

Index LinearKnots::below(double x, bool inclusive) const
{
    const double* first = knots_.col(0).data();
    const double* last = first + knots_.rows();
    return (inclusive ? std::upper_bound(first, last, x) : std::lower_bound(first, last, x)) - first;
}

double LinearKnots::at(double x) const
{
    const Index k = below(x, true);
    if (k == 0 || k == knots_.rows()) {
        return knots_(k == 0 ? 0 : k - 1, 1);
    }
    return knots_(k - 1, 1) + (x - knots_(k - 1, 0)) * rise(k);
}

double LinearKnots::side(double x, bool right) const
{
    const Index k = below(x, right);
    return k == 0 || k == knots_.rows() ? 0.0 : rise(k);
}

}  // namespace widelimit
