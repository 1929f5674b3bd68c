// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>

#include "widelimit/core/field.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Six cells beside a face, from the third on its left to the third on its right.
using Six = std::array<const double*, 6>;

/// The mean over a face of -d psi / dx from cell averages of psi; order 6.
WIDELIMIT_WIDE_LOOP void velocities(const Six& psi, Index count, double per_width, double* __restrict v)
{
    for (Index k = 0; k < count; ++k) {
        v[k] = per_width / 180.0 *
               (245.0 * (psi[2][k] - psi[3][k]) - 25.0 * (psi[1][k] - psi[4][k]) +
                2.0 * (psi[0][k] - psi[5][k]));
    }
}

/// The mean of u over a face from the five cells around the one upstream; order 5.
WIDELIMIT_WIDE_LOOP void face_means(const Six& u, const double* v, Index count, double* __restrict face)
{
    for (Index k = 0; k < count; ++k) {
        const bool forward = v[k] > 0.0;
        const double far = forward ? u[0][k] : u[5][k], back = forward ? u[1][k] : u[4][k];
        const double here = forward ? u[2][k] : u[3][k], there = forward ? u[3][k] : u[2][k];
        const double beyond = forward ? u[4][k] : u[1][k];
        face[k] = (2.0 * far - 13.0 * back + 47.0 * here + 27.0 * there - 3.0 * beyond) / 60.0;
    }
}

/// Five faces side by side, the middle one in the middle.
using Five = std::array<const double*, 5>;

/// With u = sum a_k P_k in Legendre polynomials along the face, and v likewise with b_k, the mean of u v is
/// sum a_k b_k / (2 k + 1).  This adds the terms k = 1 (a_k of order four from the neighbours' means) and k =
/// 2, and the change of v from face to face.
WIDELIMIT_WIDE_LOOP void add_corrections(const Five& u, const Five& v, Index count,
                                         double* __restrict correction, double* __restrict variation)
{
    for (Index k = 0; k < count; ++k) {
        const double a = (82.0 * (u[3][k] - u[1][k]) - 11.0 * (u[4][k] - u[0][k])) / 240.0;
        const double b = (82.0 * (v[3][k] - v[1][k]) - 11.0 * (v[4][k] - v[0][k])) / 240.0;
        const double c = (u[3][k] - 2.0 * u[2][k] + u[1][k]) / 12.0;
        const double d = (v[3][k] - 2.0 * v[2][k] + v[1][k]) / 12.0;
        correction[k] += a * b / 3.0 + c * d / 5.0;
        variation[k] += std::abs(0.5 * (v[3][k] - v[1][k]));
    }
}

/// The term of P_1 P_1 on faces that two directions span, from the four neighbours at the corners.
WIDELIMIT_WIDE_LOOP void add_mixed(const std::array<const double*, 4>& u,
                                   const std::array<const double*, 4>& v, Index count,
                                   double* __restrict correction)
{
    for (Index k = 0; k < count; ++k) {
        const double a = (u[0][k] - u[1][k]) - (u[2][k] - u[3][k]);
        const double b = (v[0][k] - v[1][k]) - (v[2][k] - v[3][k]);
        correction[k] += a * b / (9.0 * 256.0);
    }
}

}  // namespace
}  // namespace widelimit
