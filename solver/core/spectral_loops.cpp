// SPDX-License-Identifier: BSD-3-Clause
#include "spectral_loops.hpp"

#include <array>
#include <cstring>

#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Sums that are formed side by side whatever the processor.
constexpr Index lanes = 8;

template <class Real>
[[gnu::always_inline]] inline double multiply_each(const Real* symbol, Index count, Real factor,
                                                   Real* __restrict modes)
{
    std::array<Real, lanes> sums{};
    Index k = 0;
    for (; k + lanes <= count; k += lanes) {
        for (Index j = 0; j < lanes; ++j) {
            const Real real = modes[2 * (k + j)], imaginary = modes[2 * (k + j) + 1], s = symbol[k + j];
            sums[static_cast<std::size_t>(j)] += s * (real * real + imaginary * imaginary);
            modes[2 * (k + j)] = factor * s * real;
            modes[2 * (k + j) + 1] = factor * s * imaginary;
        }
    }
    double sum = 0.0;
    for (; k < count; ++k) {
        const Real real = modes[2 * k], imaginary = modes[2 * k + 1];
        sum += static_cast<double>(symbol[k] * (real * real + imaginary * imaginary));
        modes[2 * k] = factor * symbol[k] * real;
        modes[2 * k + 1] = factor * symbol[k] * imaginary;
    }
    for (const Real one : sums) {
        sum += static_cast<double>(one);
    }
    return sum;
}

/// Two modes to neighbouring places at once.
template <class Real>
[[gnu::always_inline]] inline void copy_two(const std::complex<Real>* first, const std::complex<Real>* second,
                                            std::complex<Real>* to)
{
    typedef Real One __attribute__((vector_size(2 * sizeof(Real))));
    typedef Real Two __attribute__((vector_size(4 * sizeof(Real))));
    One a, b;
    std::memcpy(&a, first, sizeof(a));
    std::memcpy(&b, second, sizeof(b));
    const Two both = __builtin_shufflevector(a, b, 0, 1, 2, 3);
    std::memcpy(reinterpret_cast<Real*>(to), &both, sizeof(both));
}

template <class Real>
[[gnu::always_inline]] inline void gather_each(const std::complex<Real>* from, Index size, Index step,
                                               Index pitch, std::complex<Real>* columns)
{
    Index i = 0;
    for (; i + 2 <= size; i += 2, from += 2 * step) {
        for (Index c = 0; c < columns_at_once<Real>; ++c) {
            copy_two(from + c, from + step + c, columns + c * pitch + i);
        }
    }
    for (Index c = 0; i < size && c < columns_at_once<Real>; ++c) {
        columns[c * pitch + i] = from[c];
    }
}

template <class Real>
[[gnu::always_inline]] inline void scatter_each(const std::complex<Real>* columns, Index size, Index step,
                                                Index pitch, std::complex<Real>* to)
{
    for (Index i = 0; i < size; ++i, to += step) {
        for (Index c = 0; c < columns_at_once<Real>; c += 2) {
            copy_two(columns + c * pitch + i, columns + (c + 1) * pitch + i, to + c);
        }
    }
}

}  // namespace

WIDELIMIT_WIDE_LOOP double multiply_modes(const double* symbol, Index count, double factor, double* modes)
{
    return multiply_each(symbol, count, factor, modes);
}

WIDELIMIT_WIDE_LOOP double multiply_modes(const float* symbol, Index count, double factor, float* modes)
{
    return multiply_each(symbol, count, static_cast<float>(factor), modes);
}

WIDELIMIT_WIDE_LOOP void gather_columns(const std::complex<double>* from, Index size, Index step, Index pitch,
                                        std::complex<double>* columns)
{
    gather_each(from, size, step, pitch, columns);
}

WIDELIMIT_WIDE_LOOP void gather_columns(const std::complex<float>* from, Index size, Index step, Index pitch,
                                        std::complex<float>* columns)
{
    gather_each(from, size, step, pitch, columns);
}

WIDELIMIT_WIDE_LOOP void scatter_columns(const std::complex<double>* columns, Index size, Index step,
                                         Index pitch, std::complex<double>* to)
{
    scatter_each(columns, size, step, pitch, to);
}

WIDELIMIT_WIDE_LOOP void scatter_columns(const std::complex<float>* columns, Index size, Index step,
                                         Index pitch, std::complex<float>* to)
{
    scatter_each(columns, size, step, pitch, to);
}

}  // namespace widelimit
