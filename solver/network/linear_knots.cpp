// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/linear_knots.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// So many pieces are quicker without a search: every number meets all of them.
constexpr Index few_knots = 8;

/// What a piece between two knots adds to values and, the mean of both sides at a knot, to slopes.
WIDELIMIT_WIDE_LOOP void add_piece_values(const double* z, Index count, double from, double to, double rise,
                                          double* __restrict values)
{
    for (Index k = 0; k < count; ++k) {
        values[k] += rise * (std::clamp(z[k], from, to) - from);
    }
}
WIDELIMIT_WIDE_LOOP void add_piece_slopes(const double* z, Index count, double from, double to, double rise,
                                          double* __restrict slopes)
{
    for (Index k = 0; k < count; ++k) {
        const double x = z[k];
        const double begun = x > from ? 1.0 : x < from ? 0.0 : 0.5, ended = x > to ? 1.0 : x < to ? 0.0 : 0.5;
        slopes[k] += rise * (begun - ended);
    }
}

}  // namespace

void LinearKnots::value(Eigen::Ref<Matrix> z) const
{
    if (knots_.rows() > few_knots) {
        z = z.unaryExpr([this](double x) { return at(x); });
        return;
    }
    for (Index j = 0; j < z.cols(); ++j) {
        const Field x = z.col(j);
        add_pieces(x, z.col(j).data());
    }
}

void LinearKnots::add_pieces(const Field& z, double* values) const
{
    std::fill_n(values, z.size(), knots_(0, 1));
    for (Index k = 1; k < knots_.rows(); ++k) {
        add_piece_values(z.data(), z.size(), knots_(k - 1, 0), knots_(k, 0), rise(k), values);
    }
}

void LinearKnots::slope(Eigen::Ref<Matrix> z) const
{
    z = z.unaryExpr([this](double x) { return 0.5 * (side(x, true) + side(x, false)); });
}

void LinearKnots::value_and_slope(Eigen::Ref<Matrix> z, Eigen::Ref<Matrix> slope) const
{
    if (knots_.rows() > few_knots) {
        Activation::value_and_slope(z, slope);
        return;
    }
    slope.setZero();
    for (Index j = 0; j < z.cols(); ++j) {
        const Field x = z.col(j);
        add_pieces(x, z.col(j).data());
        for (Index k = 1; k < knots_.rows(); ++k) {
            add_piece_slopes(x.data(), x.size(), knots_(k - 1, 0), knots_(k, 0), rise(k),
                             slope.col(j).data());
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
