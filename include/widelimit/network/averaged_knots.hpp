// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/network/activation.hpp"

namespace widelimit {

/// Q(z) = E sigma(z n) for sigma linear between knots and constant beyond the first and the last: n the first
/// entry of a uniform unit vector in R^d, or, without d, a standard Gaussian number.  With c_k the change of
/// slope at the knot t_k and a = t_k / z
///
///     Q(z) = sigma(t_1) + sum_k c_k (z E[n; n > a] - t_k P(n > a)),    Q'(z) = sum_k c_k E[n; n > a];
///
/// P is an incomplete beta function of a^2, E[n; n > a] = (1 - a^2)^((d - 1) / 2) Gamma(d / 2) / (sqrt(pi)
/// (d - 1) Gamma((d - 1) / 2)).  Even in z.  Tabulated up to twenty times the largest knot (times sqrt(d))
/// and interpolated by cubics with these values and slopes, to an error below 1e-8 of the largest |sigma|.
class AveragedKnots : public Activation {
public:
    /// Rows [t, sigma(t)], t increasing.  d >= 2, or 0 for the Gaussian number.
    AveragedKnots(const Matrix& knots, Index d);

    void value(Eigen::Ref<Matrix> z) const override;
    void slope(Eigen::Ref<Matrix> z) const override;
    double bound() const override { return bound_; }

private:
    struct Knot {
        double place, change;
    };
    void tabulate();
    double exact(double z) const;
    double exact_slope(double z) const;
    /// Q or, of the same cubics, Q' at z >= 0.
    template <bool slopes>
    double at(double z) const;
    /// P(n > a).
    double above(double a) const;
    /// E[n; n > a].
    double mean_above(double a) const;

    std::vector<Knot> knots_;
    double first_, bound_;
    double d_;
    double factor_ = 0.0;
    double spacing_ = 1.0;
    Field values_, slopes_;
};

}  // namespace widelimit
