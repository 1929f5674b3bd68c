// SPDX-License-Identifier: BSD-3-Clause
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// (|Z| / scale)^2 / 2 has the gamma law of shape degrees / 2.
double half_square(double r, double scale)
{
    return r > 0.0 ? 0.5 * (r / scale) * (r / scale) : 0.0;
}

}  // namespace

/// |Z| exceeds sqrt(degrees) + 12 with a probability below exp(-72).
Chi::Chi(double degrees, double scale)
    : Law(0.0, scale * (std::sqrt(degrees) + 12.0)), degrees_(degrees), scale_(scale)
{}

double Chi::cdf(double x) const
{
    return boost::math::gamma_p(0.5 * degrees_, half_square(x, scale_));
}

double Chi::between(double lower, double upper) const
{
    const double shape = 0.5 * degrees_, a = half_square(lower, scale_), b = half_square(upper, scale_);
    return a > shape ? boost::math::gamma_q(shape, a) - boost::math::gamma_q(shape, b)
                     : boost::math::gamma_p(shape, b) - boost::math::gamma_p(shape, a);
}

double Chi::quantile(double q) const
{
    return scale_ * std::sqrt(2.0 * boost::math::gamma_p_inv(0.5 * degrees_, q));
}

}  // namespace widelimit
