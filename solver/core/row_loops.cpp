// SPDX-License-Identifier: BSD-3-Clause
#include "row_loops.hpp"

#include <array>
#include <cstring>

#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// Some neighbouring modes.
template <class Real>
struct Some {
    typedef Real Vector __attribute__((vector_size(32)));
    Vector v;

    [[gnu::always_inline]] explicit Some(const Real* from) { std::memcpy(&v, from, sizeof(v)); }
    [[gnu::always_inline]] void to(Real* place) const { std::memcpy(place, &v, sizeof(v)); }
    /// The last one first.
    [[gnu::always_inline]] void reverse()
    {
        if constexpr (sizeof(Real) == 8) {
            v = __builtin_shufflevector(v, v, 2, 3, 0, 1);
        } else {
            v = __builtin_shufflevector(v, v, 6, 7, 4, 5, 2, 3, 0, 1);
        }
    }
    [[gnu::always_inline]] void swap_parts()
    {
        if constexpr (sizeof(Real) == 8) {
            v = __builtin_shufflevector(v, v, 1, 0, 3, 2);
        } else {
            v = __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6);
        }
    }
    /// Both parts of each are its real, its imaginary part.
    [[gnu::always_inline]] void take_real()
    {
        if constexpr (sizeof(Real) == 8) {
            v = __builtin_shufflevector(v, v, 0, 0, 2, 2);
        } else {
            v = __builtin_shufflevector(v, v, 0, 0, 2, 2, 4, 4, 6, 6);
        }
    }
    [[gnu::always_inline]] void take_imaginary()
    {
        if constexpr (sizeof(Real) == 8) {
            v = __builtin_shufflevector(v, v, 1, 1, 3, 3);
        } else {
            v = __builtin_shufflevector(v, v, 1, 1, 3, 3, 5, 5, 7, 7);
        }
    }
};

/// a = modes k, ... and b = modes half - k, ... of one row, with w = exp(-2 pi i k / n) = c - i s:
///     e = a + conj b,  d = a - conj b,
/// forward  X_k = (e - i w d) / 2,  X_(half - k) = conj(e + i w d) / 2,
/// backward 2 Z_k = e + i conj(w) d,  2 Z_(half - k) = conj(e - i conj(w) d),
/// with -i w d = -s d + c (-i d) and i conj(w) d = -s d - c (-i d).
template <bool forward, class Real>
[[gnu::always_inline]] inline void turn_each(const Real* turns, Index half, const Real* from, Real* to)
{
    const Real share = forward ? Real(0.5) : Real(1), sign = forward ? Real(1) : Real(-1);
    const Real first = from[0], second = from[forward ? 1 : 2 * half];
    to[0] = first + second;
    to[forward ? 2 * half : 1] = first - second;
    if constexpr (forward) {
        to[1] = to[2 * half + 1] = Real(0);
    }
    constexpr Index some = modes_at_once<Real>;
    std::array<Real, static_cast<std::size_t>(2 * some)> shares{}, signs{}, minus{};
    for (std::size_t j = 0; j < shares.size(); ++j) {
        minus[j] = j % 2 == 0 ? Real(1) : Real(-1);
        shares[j] = share * minus[j];
        signs[j] = sign * minus[j];
    }
    const Some<Real> conj(minus.data()), conj_share(shares.data()), quarter(signs.data());
    Index k = 1;
    for (; 2 * (k + some - 1) < half; k += some) {
        const Index low = 2 * k, high = 2 * (half - k - some + 1);
        Some<Real> a(from + low), b(from + high), c(turns + 2 * k), s(turns + 2 * k);
        c.take_real();
        s.take_imaginary();
        b.reverse();
        b.v *= conj.v;
        const auto e = a.v + b.v, d = a.v - b.v;
        a.v = d;
        a.swap_parts();
        const auto turned = c.v * (a.v * quarter.v) - s.v * d;
        a.v = share * (e + turned);
        b.v = conj_share.v * (e - turned);
        b.reverse();
        a.to(to + low);
        b.to(to + high);
    }
    for (; 2 * k <= half; ++k) {
        const Real *low = from + 2 * k, *high = from + 2 * (half - k);
        const Real c = turns[2 * k], s = turns[2 * k + 1];
        const Real e[2] = {low[0] + high[0], low[1] - high[1]}, d[2] = {low[0] - high[0], low[1] + high[1]};
        const Real turned[2] = {c * (sign * d[1]) - s * d[0], c * (-sign * d[0]) - s * d[1]};
        to[2 * k] = share * (e[0] + turned[0]);
        to[2 * k + 1] = share * (e[1] + turned[1]);
        to[2 * (half - k)] = share * (e[0] - turned[0]);
        to[2 * (half - k) + 1] = -share * (e[1] - turned[1]);
    }
}

}  // namespace

WIDELIMIT_WIDE_LOOP void turn_forward(const double* turns, Index half, double* modes)
{
    turn_each<true>(turns, half, modes, modes);
}
WIDELIMIT_WIDE_LOOP void turn_forward(const float* turns, Index half, float* modes)
{
    turn_each<true>(turns, half, modes, modes);
}
WIDELIMIT_WIDE_LOOP void turn_backward(const double* turns, Index half, const double* modes, double* halves)
{
    turn_each<false>(turns, half, modes, halves);
}
WIDELIMIT_WIDE_LOOP void turn_backward(const float* turns, Index half, const float* modes, float* halves)
{
    turn_each<false>(turns, half, modes, halves);
}

}  // namespace widelimit
