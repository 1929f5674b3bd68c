// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/vector_math.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/instructions.hpp"

// What the header of the C library says itself, but only where the compiler may be careless everywhere.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
extern "C" {
__attribute__((simd("notinbranch"))) double exp(double) noexcept;
__attribute__((simd("notinbranch"))) double erf(double) noexcept;
__attribute__((simd("notinbranch"))) double cos(double) noexcept;
__attribute__((simd("notinbranch"))) double sin(double) noexcept;
__attribute__((simd("notinbranch"))) double log1p(double) noexcept;
}
#endif

namespace widelimit {
namespace {

WIDELIMIT_WIDE_LOOP void exp_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = ::exp(z[k]);
    }
}

WIDELIMIT_WIDE_LOOP void tanh_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = std::copysign(2.0 / (1.0 + ::exp(-2.0 * std::abs(z[k]))) - 1.0, z[k]);
    }
}

WIDELIMIT_WIDE_LOOP void erf_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = ::erf(z[k]);
    }
}

WIDELIMIT_WIDE_LOOP void cos_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = ::cos(z[k]);
    }
}

WIDELIMIT_WIDE_LOOP void sin_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = ::sin(z[k]);
    }
}

WIDELIMIT_WIDE_LOOP void sigmoid_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = 1.0 / (1.0 + ::exp(-z[k]));
    }
}

WIDELIMIT_WIDE_LOOP void softplus_loop(double* z, Index count)
{
    for (Index k = 0; k < count; ++k) {
        z[k] = ::log1p(::exp(-std::abs(z[k]))) + std::max(z[k], 0.0);
    }
}

/// Columns lie one after another in memory or apart.
void each(Eigen::Ref<Matrix> z, void (*loop)(double*, Index))
{
    if (z.outerStride() == z.rows()) {
        loop(z.data(), z.size());
        return;
    }
    for (Index column = 0; column < z.cols(); ++column) {
        loop(z.col(column).data(), z.rows());
    }
}

}  // namespace

void exp_each(Eigen::Ref<Matrix> z)
{
    each(z, exp_loop);
}

void tanh_each(Eigen::Ref<Matrix> z)
{
    each(z, tanh_loop);
}

void erf_each(Eigen::Ref<Matrix> z)
{
    each(z, erf_loop);
}

void cos_each(Eigen::Ref<Matrix> z)
{
    each(z, cos_loop);
}

void sin_each(Eigen::Ref<Matrix> z)
{
    each(z, sin_loop);
}

void sigmoid_each(Eigen::Ref<Matrix> z)
{
    each(z, sigmoid_loop);
}

void softplus_each(Eigen::Ref<Matrix> z)
{
    each(z, softplus_loop);
}

}  // namespace widelimit
