// SPDX-License-Identifier: BSD-3-Clause
#include "spreading.hpp"

#include <Eigen/LU>

#include "widelimit/core/numbers.hpp"

namespace widelimit {

/// Interpolation at Chebyshev's points in each of the cells.
Spreading::Spreading()
{
    constexpr Index count = degree + 1;
    Matrix powers(count, count), values(count, support);
    for (Index i = 0; i < count; ++i) {
        const double t = std::cos(pi * (static_cast<double>(i) + 0.5) / static_cast<double>(count));
        for (Index k = 0; k < count; ++k) {
            powers(i, k) = std::pow(t, static_cast<double>(k));
        }
        for (Index j = 0; j < support; ++j) {
            const double half = 0.5 * static_cast<double>(support);
            values(i, j) = phi((0.5 * (t + 1.0) - half + static_cast<double>(j)) / half);
        }
    }
    const Matrix solved = powers.partialPivLu().solve(values);
    for (Index k = 0; k < count; ++k) {
        coefficients_[static_cast<std::size_t>(k)] = solved.row(k).transpose();
    }
}

/// By the midpoint rule in the angle of z = sin(angle): phi cos(angle) is smooth and periodic there.
double Spreading::transform(double xi)
{
    constexpr int points = 400;
    const double half = 0.5 * static_cast<double>(support);
    double sum = 0.0;
    for (int k = 0; k < points; ++k) {
        const double angle = pi * ((k + 0.5) / points - 0.5), z = std::sin(angle);
        sum += phi(z) * std::cos(xi * half * z) * std::cos(angle);
    }
    return half * sum * pi / points;
}

}  // namespace widelimit
