// SPDX-License-Identifier: BSD-3-Clause
#include "spectral_loops.hpp"

#include <array>
#include <cstring>

#include "row_loops.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Neighbouring modes in one vector; sums over its numbers are formed side by side whatever the processor.
template <class Real>
struct SomeModes {
    typedef Real Numbers __attribute__((vector_size(32)));
    typedef Real Factors __attribute__((vector_size(16)));

    /// Each symbol is for both parts of a mode.
    [[gnu::always_inline]] static void multiply(const Real* symbol, Real factor, Real* modes, Numbers& sum)
    {
        Factors each;
        Numbers both, values;
        std::memcpy(&each, symbol, sizeof(each));
        std::memcpy(&values, modes, sizeof(values));
        if constexpr (modes_at_once<Real> == 2) {
            both = __builtin_shufflevector(each, each, 0, 0, 1, 1);
        } else {
            both = __builtin_shufflevector(each, each, 0, 0, 1, 1, 2, 2, 3, 3);
        }
        const Numbers products = (factor * both) * values;
        sum += products * values;
        std::memcpy(modes, &products, sizeof(products));
    }
};

template <class Real>
[[gnu::always_inline]] inline double multiply_each(const Real* symbol, Index count, Real factor,
                                                   Real* __restrict modes)
{
    constexpr Index some = modes_at_once<Real>;
    std::array<typename SomeModes<Real>::Numbers, 4> sums{};
    constexpr auto together = static_cast<Index>(sums.size()) * some;
    Index k = 0;
    for (; k + together <= count; k += together) {
        for (std::size_t j = 0; j < sums.size(); ++j) {
            const Index at = k + static_cast<Index>(j) * some;
            SomeModes<Real>::multiply(symbol + at, factor, modes + 2 * at, sums[j]);
        }
    }
    double sum = 0.0;
    for (; k < count; ++k) {
        for (Index part = 2 * k; part < 2 * k + 2; ++part) {
            const Real product = (factor * symbol[k]) * modes[part];
            sum += static_cast<double>(product * modes[part]);
            modes[part] = product;
        }
    }
    for (const auto& numbers : sums) {
        for (Index j = 0; j < 2 * some; ++j) {
            sum += static_cast<double>(numbers[j]);
        }
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
