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
    /// The second one of a pair alone.
    [[gnu::always_inline]] void second_to(Real* place) const
    {
        const auto second = __builtin_shufflevector(v, v, 2, 3);
        std::memcpy(place, &second, sizeof(second));
    }
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
};

/// The first mode of one pair and the second of another.
[[gnu::always_inline]] inline Some<double> first_of(const Some<double>& first, const Some<double>& second)
{
    Some<double> out = first;
    out.v = __builtin_shufflevector(first.v, second.v, 0, 1, 6, 7);
    return out;
}

/// a = modes k, ... and b = modes half - k, ... of one row, with w = exp(-2 pi i k / n) = c - i s:
///     e = a + conj b,  d = a - conj b,
/// forward  X_k = (e - i w d) / 2,  X_(half - k) = conj(e + i w d) / 2,
/// backward 2 Z_k = e + i conj(w) d,  2 Z_(half - k) = conj(e - i conj(w) d),
/// with -i w d = c (-i d) - s d and i conj(w) d = -(c (-i d) + s d).
template <bool forward, class Real>
struct Turn {
    const Real *cosines, *sines;
    Some<Real> conj, conj_share;
    static constexpr Real share = forward ? Real(0.5) : Real(1);

    [[gnu::always_inline]] Turn(const Real* turns, Index half)
        : cosines(turns),
          sines(turns + size_of_turns(half) / 2),
          conj(signs(1).data()),
          conj_share(signs(share).data())
    {}
    static constexpr auto signs(Real size)
    {
        std::array<Real, static_cast<std::size_t>(2 * modes_at_once<Real>)> out{};
        for (std::size_t j = 0; j < out.size(); ++j) {
            out[j] = j % 2 == 0 ? size : -size;
        }
        return out;
    }

    /// b: the last one first.
    [[gnu::always_inline]] void some(Index k, Some<Real>& a, Some<Real>& b) const
    {
        const Some<Real> c(cosines + 2 * k), s(sines + 2 * k);
        b.v *= conj.v;
        const auto e = a.v + b.v, d = a.v - b.v;
        a.v = d;
        a.swap_parts();
        if constexpr (forward) {
            const auto turned = c.v * a.v - s.v * d;
            a.v = share * (e + turned);
            b.v = conj_share.v * (e - turned);
        } else {
            const auto turned = c.v * a.v + s.v * d;
            a.v = e - turned;
            b.v = conj.v * (e + turned);
        }
    }
    [[gnu::always_inline]] void one(Index k, Index half, const Real* from, Real* to) const
    {
        const Real *low = from + 2 * k, *high = from + 2 * (half - k);
        const Real c = cosines[2 * k], s = sines[2 * k], sign = forward ? Real(1) : Real(-1);
        const Real e[2] = {low[0] + high[0], low[1] - high[1]}, d[2] = {low[0] - high[0], low[1] + high[1]};
        const Real turned[2] = {c * (sign * d[1]) - s * d[0], c * (-sign * d[0]) - s * d[1]};
        to[2 * k] = share * (e[0] + turned[0]);
        to[2 * k + 1] = share * (e[1] + turned[1]);
        to[2 * (half - k)] = share * (e[0] - turned[0]);
        to[2 * (half - k) + 1] = -share * (e[1] - turned[1]);
    }
};

/// The first `some` modes from k = 1 on and those at the other end, and so on; returns the next k.
template <bool forward, class Real>
[[gnu::always_inline]] inline Index turn_some(const Turn<forward, Real>& turn, Index half, const Real* from,
                                              Real* to)
{
    constexpr Index some = modes_at_once<Real>;
    Index k = 1;
    for (; 2 * (k + some - 1) < half; k += some) {
        const Index low = 2 * k, high = 2 * (half - k - some + 1);
        Some<Real> a(from + low), b(from + high);
        b.reverse();
        turn.some(k, a, b);
        b.reverse();
        a.to(to + low);
        b.to(to + high);
    }
    return k;
}

/// Pairs that start where vectors do, k and k + 1 for even k: modes half - k and half - k - 1 are in two such
/// pairs, which are taken, and left, one behind the other.  Of the first pair only the second counts.
template <bool forward>
[[gnu::always_inline]] inline Index turn_some(const Turn<forward, double>& turn, Index half,
                                              const double* from, double* to)
{
    if (half < 3) {
        return 1;
    }
    Some<double> behind(from + 2 * (half - 2)), first(from), left = behind;
    turn.some(0, first, left);
    first.second_to(to + 2);
    Index k = 2;
    for (; 2 * (k + 1) < half; k += 2) {
        const Some<double> next(from + 2 * (half - k - 2));
        Some<double> a(from + 2 * k), b = first_of(behind, next);
        turn.some(k, a, b);
        a.to(to + 2 * k);
        first_of(b, left).to(to + 2 * (half - k));
        behind = next;
        left = b;
    }
    left.second_to(to + 2 * (half - k + 1));
    return k;
}

template <bool forward, class Real>
[[gnu::always_inline]] inline void turn_each(const Real* turns, Index half, const Real* from, Real* to)
{
    const Real first = from[0], second = from[forward ? 1 : 2 * half];
    const Turn<forward, Real> turn(turns, half);
    for (Index k = turn_some(turn, half, from, to); 2 * k <= half; ++k) {
        turn.one(k, half, from, to);
    }
    to[0] = first + second;
    to[forward ? 2 * half : 1] = first - second;
    if constexpr (forward) {
        to[1] = to[2 * half + 1] = Real(0);
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
