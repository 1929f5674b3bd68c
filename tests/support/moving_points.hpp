// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

#include "problem_case.hpp"
#include "widelimit/problem/law.hpp"

namespace widelimit::test {

/// The problem `discrepancy` with these keys.
inline Problem discrepancy(const std::string& toml)
{
    return make_problem("problem.name = 'discrepancy'\n" + toml);
}

/// x(t) of x' = velocity(x) by Runge and Kutta's method of order 4.
inline Matrix flowed(Matrix x, double t, const std::function<Matrix(const Matrix&)>& velocity)
{
    const int steps = 500;
    const double dt = t / steps;
    for (int k = 0; k < steps; ++k) {
        const Matrix a = velocity(x), b = velocity(x + 0.5 * dt * a), c = velocity(x + 0.5 * dt * b);
        x += dt / 6.0 * (a + 2.0 * b + 2.0 * c + velocity(x + dt * c));
    }
    return x;
}

/// Angles of n points of equal mass, quantiles of a law of one circle.
inline Matrix quantiles(const Law& law, Index n)
{
    Matrix x(1, n);
    for (Index i = 0; i < n; ++i) {
        x(0, i) = law.quantile((static_cast<double>(i) + 0.5) / static_cast<double>(n));
    }
    return x;
}

}  // namespace widelimit::test
