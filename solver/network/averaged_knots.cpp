// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/averaged_knots.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "widelimit/core/numbers.hpp"

namespace widelimit {

AveragedKnots::AveragedKnots(const Matrix& knots, Index d)
    : first_(knots(0, 1)), bound_(knots.col(1).cwiseAbs().maxCoeff()), d_(static_cast<double>(d))
{
    double before = 0.0;
    for (Index k = 0; k < knots.rows(); ++k) {
        const bool last = k + 1 == knots.rows();
        const double after = last ? 0.0 : (knots(k + 1, 1) - knots(k, 1)) / (knots(k + 1, 0) - knots(k, 0));
        knots_.push_back({knots(k, 0), after - before});
        before = after;
    }
    if (d > 0) {
        factor_ = 1.0 / (std::sqrt(pi) * (d_ - 1.0) * boost::math::tgamma_ratio(0.5 * (d_ - 1.0), 0.5 * d_));
    }
    tabulate();
}

double AveragedKnots::above(double a) const
{
    if (d_ == 0.0) {
        return 0.5 * std::erfc(a / std::sqrt(2.0));
    }
    if (std::abs(a) >= 1.0) {
        return a > 0.0 ? 0.0 : 1.0;
    }
    const double beyond = 0.5 * boost::math::ibetac(0.5, 0.5 * (d_ - 1.0), a * a);
    return a > 0.0 ? beyond : 1.0 - beyond;
}

double AveragedKnots::mean_above(double a) const
{
    if (d_ == 0.0) {
        return std::exp(-0.5 * a * a) / std::sqrt(2.0 * pi);
    }
    return std::abs(a) >= 1.0 ? 0.0 : factor_ * std::pow(1.0 - a * a, 0.5 * (d_ - 1.0));
}

double AveragedKnots::exact(double z) const
{
    double sum = first_;
    for (const Knot& knot : knots_) {
        // At z = 0 what is left of the two terms is (-t_k)_+.
        sum += knot.change * (z > 0.0 ? z * mean_above(knot.place / z) - knot.place * above(knot.place / z)
                                      : std::max(-knot.place, 0.0));
    }
    return sum;
}

double AveragedKnots::exact_slope(double z) const
{
    // Where a knot lies at 0, slopes have the limit that they have beside it.
    double sum = 0.0;
    for (const Knot& knot : knots_) {
        const double a = z > 0.0 || knot.place == 0.0 ? (z > 0.0 ? knot.place / z : 0.0) : infinite;
        sum += std::isfinite(a) ? knot.change * mean_above(a) : 0.0;
    }
    return sum;
}

void AveragedKnots::tabulate()
{
    double nearest = infinite, farthest = 0.0;
    for (const Knot& knot : knots_) {
        farthest = std::max(farthest, std::abs(knot.place));
        nearest = knot.place != 0.0 ? std::min(nearest, std::abs(knot.place)) : nearest;
    }
    const double unit = d_ > 0.0 ? std::sqrt(d_) : 1.0;
    spacing_ = unit * std::max(nearest / 200.0, farthest / 4000.0);
    const auto size = static_cast<Index>(std::ceil(20.0 * unit * farthest / spacing_)) + 1;
    values_.resize(size);
    slopes_.resize(size);
    for (Index k = 0; k < size; ++k) {
        values_[k] = exact(spacing_ * static_cast<double>(k));
        slopes_[k] = spacing_ * exact_slope(spacing_ * static_cast<double>(k));
    }
}

template <bool slopes>
double AveragedKnots::at(double z) const
{
    const double place = z / spacing_;
    if (place >= static_cast<double>(values_.size() - 1)) {
        return slopes ? exact_slope(z) : exact(z);
    }
    const auto k = static_cast<Index>(place);
    const double s = place - static_cast<double>(k), rise = values_[k + 1] - values_[k];
    const double from = slopes_[k] - rise, to = rise - slopes_[k + 1];
    if constexpr (slopes) {
        return (rise + (1.0 - 2.0 * s) * ((1.0 - s) * from + s * to) + s * (1.0 - s) * (to - from)) /
               spacing_;
    }
    return values_[k] + s * rise + s * (1.0 - s) * ((1.0 - s) * from + s * to);
}

void AveragedKnots::value(Eigen::Ref<Matrix> z) const
{
    z = z.unaryExpr([this](double x) { return at<false>(std::abs(x)); });
}

void AveragedKnots::slope(Eigen::Ref<Matrix> z) const
{
    z = z.unaryExpr([this](double x) { return x < 0.0 ? -at<true>(-x) : at<true>(x); });
}

}  // namespace widelimit
