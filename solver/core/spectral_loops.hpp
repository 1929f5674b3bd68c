// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <complex>

#include "widelimit/core/field.hpp"
#include "widelimit/core/prefetch.hpp"

namespace widelimit {

/// Neighbouring columns that are transformed together, in an array of their own, one after another: as many
/// as lie side by side in a line of the cache.
template <class Real>
constexpr Index columns_at_once = line_of_cache / static_cast<Index>(sizeof(std::complex<Real>));

/// Multiplies `count` complex modes by factor * symbol; returns the sum of factor * symbol * |mode|^2.
double multiply_modes(const double* symbol, Index count, double factor, double* modes);
double multiply_modes(const float* symbol, Index count, double factor, float* modes);

/// `size` lines, `step` apart, of the modes that lie side by side in a line of the cache, to columns that are
/// `pitch` apart.
void gather_columns(const std::complex<double>* from, Index size, Index step, Index pitch,
                    std::complex<double>* columns);
void gather_columns(const std::complex<float>* from, Index size, Index step, Index pitch,
                    std::complex<float>* columns);

/// And back.
void scatter_columns(const std::complex<double>* columns, Index size, Index step, Index pitch,
                     std::complex<double>* to);
void scatter_columns(const std::complex<float>* columns, Index size, Index step, Index pitch,
                     std::complex<float>* to);

}  // namespace widelimit
