// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// phi(z) = exp(beta (sqrt(1 - z^2) - 1)) on (-1, 1), stretched over `support` cells of a grid, and the
/// values it takes at the cells around a point as polynomials of where the point lies between them.
class Spreading {
public:
    static constexpr Index support = 12;
    static constexpr double beta = 2.3 * static_cast<double>(support);
    using Values = Eigen::Array<double, support, 1>;

    Spreading();

    /// The first of the cells around place s (in cells), and phi and d phi / ds there.
    static Index first(double s)
    {
        return static_cast<Index>(std::ceil(s - 0.5 * static_cast<double>(support)));
    }
    void at(double s, Index first, Values& values, Values& slopes) const
    {
        const double t = 2.0 * (static_cast<double>(first) - s + 0.5 * static_cast<double>(support)) - 1.0;
        values = coefficients_[degree];
        slopes.setZero();
        for (std::size_t k = degree; k-- > 0;) {
            slopes = slopes * t + values;
            values = values * t + coefficients_[k];
        }
        slopes *= -2.0;
    }
    void at(double s, Index first, Values& values) const
    {
        const double t = 2.0 * (static_cast<double>(first) - s + 0.5 * static_cast<double>(support)) - 1.0;
        values = coefficients_[degree];
        for (std::size_t k = degree; k-- > 0;) {
            values = values * t + coefficients_[k];
        }
    }

    /// int phi exp(-i xi s) ds over the support, xi in radians a cell.
    static double transform(double xi);

private:
    static constexpr std::size_t degree = 17;
    static double phi(double z)
    {
        const double rest = 1.0 - z * z;
        return rest <= 0.0 ? 0.0 : std::exp(beta * (std::sqrt(rest) - 1.0));
    }

    std::array<Values, degree + 1> coefficients_;
};

}  // namespace widelimit
