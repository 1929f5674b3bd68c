// SPDX-License-Identifier: BSD-3-Clause
// Rows of an even length n are complex numbers of half the length: z_j = x_2j + i x_2j+1.  FFTW transforms
// complex numbers in vectors, real ones mostly not, so that this and a loop over the modes, Z to X, takes
// less time than its own transform of real rows (docs/performance.md).
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "fftw.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// Complex numbers of one vector.
template <class Real>
constexpr Index at_once = 32 / static_cast<Index>(2 * sizeof(Real));

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
/// backward Z_k = e + i conj(w) d,  Z_(half - k) = conj(e - i conj(w) d),
/// with i conj(w) d = -s d - c (-i d) and -i w d = -s d + c (-i d).
template <bool forward, class Real>
[[gnu::always_inline]] inline void turn_each(const Real* turns, Index half, Real* modes)
{
    const Real share = forward ? Real(0.5) : Real(1), sign = forward ? Real(1) : Real(-1);
    const Real sum = modes[0] + modes[forward ? 1 : 2 * half],
               difference = modes[0] - modes[forward ? 1 : 2 * half];
    modes[0] = sum;
    modes[forward ? 2 * half : 1] = difference;
    modes[forward ? 1 : 2 * half] = Real(0);
    modes[2 * half + 1] = Real(0);
    constexpr Index some = at_once<Real>;
    Index k = 1;
    std::array<Real, static_cast<std::size_t>(2 * some)> shares{}, signs{}, minus{};
    for (std::size_t j = 0; j < shares.size(); ++j) {
        minus[j] = j % 2 == 0 ? Real(1) : Real(-1);
        shares[j] = share * minus[j];
        signs[j] = sign * minus[j];
    }
    const Some<Real> conj(minus.data()), conj_share(shares.data()), turned(signs.data());
    for (; 2 * (k + some - 1) < half; k += some) {
        Real* const low = modes + 2 * k;
        Real* const high = modes + 2 * (half - k - some + 1);
        Some<Real> a(low), b(high), c(turns + 2 * k), s(turns + 2 * k);
        b.reverse();
        b.v *= conj.v;
        Some<Real> e = a, d = a, x = a;
        e.v = a.v + b.v;
        d.v = a.v - b.v;
        c.take_real();
        s.take_imaginary();
        x = d;
        x.swap_parts();
        x.v = c.v * (x.v * turned.v) - s.v * d.v;
        a.v = share * (e.v + x.v);
        b.v = conj_share.v * (e.v - x.v);
        b.reverse();
        a.to(low);
        b.to(high);
    }
    for (; 2 * k <= half; ++k) {
        Real* const low = modes + 2 * k;
        Real* const high = modes + 2 * (half - k);
        const Real c = turns[2 * k], s = turns[2 * k + 1];
        const Real e[2] = {low[0] + high[0], low[1] - high[1]}, d[2] = {low[0] - high[0], low[1] + high[1]};
        const Real x[2] = {c * (sign * d[1]) - s * d[0], c * (-sign * d[0]) - s * d[1]};
        low[0] = share * (e[0] + x[0]);
        low[1] = share * (e[1] + x[1]);
        high[0] = share * (e[0] - x[0]);
        high[1] = -share * (e[1] - x[1]);
    }
}

WIDELIMIT_WIDE_LOOP void turn_forward(const double* turns, Index half, double* modes)
{
    turn_each<true>(turns, half, modes);
}
WIDELIMIT_WIDE_LOOP void turn_forward(const float* turns, Index half, float* modes)
{
    turn_each<true>(turns, half, modes);
}
WIDELIMIT_WIDE_LOOP void turn_backward(const double* turns, Index half, double* modes)
{
    turn_each<false>(turns, half, modes);
}
WIDELIMIT_WIDE_LOOP void turn_backward(const float* turns, Index half, float* modes)
{
    turn_each<false>(turns, half, modes);
}

}  // namespace

template <class Real>
struct RowTransform<Real>::Plans {
    /// Both directions, of one row and of two.
    struct Two {
        Plan<Real> one, two;
    };

    Plans(Index row_size, Index row_pitch) : size(row_size), pitch(row_pitch)
    {
        expects(pitch >= size / 2 + 1, "modes that do not overlap");
        const auto values = new_reals<Real>(2 * size);
        const auto modes = new_modes<Real>(2 * pitch);
        if (size % 2 == 0) {
            plan_pairs(reinterpret_cast<std::complex<Real>*>(values.get()), modes.get());
        } else {
            plan_numbers(values.get(), modes.get());
        }
        expects(forward.one && backward.one, "a plan of the transform");
    }

    void plan_pairs(std::complex<Real>* values, std::complex<Real>* modes)
    {
        const Index half = size / 2;
        turns.resize(static_cast<std::size_t>(half + 2));
        for (Index k = 0; k <= half / 2; ++k) {
            const double angle = 2.0 * pi * static_cast<double>(k) / static_cast<double>(size);
            turns[static_cast<std::size_t>(2 * k)] = static_cast<Real>(std::cos(angle));
            turns[static_cast<std::size_t>(2 * k + 1)] = static_cast<Real>(std::sin(angle));
        }
        const std::vector<int> n = counted({half, pitch});
        const std::lock_guard<std::mutex> lock(fftw_planner());
        const auto plan = [&](int rows, int sign) {
            const bool there = sign == FFTW_FORWARD;
            return Plan<Real>(Fftw<Real>::columns(1, n.data(), rows, pairs(there ? values : modes), nullptr,
                                                  1, n[there ? 0 : 1], pairs(there ? modes : values), nullptr,
                                                  1, n[there ? 1 : 0], sign,
                                                  planning_effort() | (there ? FFTW_PRESERVE_INPUT : 0u)));
        };
        forward = {plan(1, FFTW_FORWARD), plan(2, FFTW_FORWARD)};
        backward = {plan(1, FFTW_BACKWARD), plan(2, FFTW_BACKWARD)};
    }
    void plan_numbers(Real* values, std::complex<Real>* modes)
    {
        const int n = counted({size}).front();
        const std::lock_guard<std::mutex> lock(fftw_planner());
        forward.one.reset(
            Fftw<Real>::rows_forward(n, values, pairs(modes), planning_effort() | FFTW_PRESERVE_INPUT));
        backward.one.reset(Fftw<Real>::rows_backward(n, pairs(modes), values, planning_effort()));
    }

    Index size, pitch;
    Two forward, backward;
    std::vector<Real> turns;  ///< cos, sin of 2 pi k / size; none of odd sizes
};

template <class Real>
RowTransform<Real>::RowTransform(Index size) : RowTransform(size, size / 2 + 1)
{}

template <class Real>
RowTransform<Real>::RowTransform(Index size, Index pitch) : plans_(std::make_unique<Plans>(size, pitch))
{}

template <class Real>
RowTransform<Real>::~RowTransform() = default;
template <class Real>
RowTransform<Real>::RowTransform(RowTransform&&) noexcept = default;

template <class Real>
void RowTransform<Real>::forward(const Real* values, std::complex<Real>* modes, Index rows) const
{
    const Plans& p = *plans_;
    auto* const from = const_cast<Real*>(values);
    if (p.turns.empty()) {
        for (Index r = 0; r < rows; ++r) {
            Fftw<Real>::execute_forward(p.forward.one.get(), from + r * p.size, pairs(modes + r * p.pitch));
        }
        return;
    }
    Fftw<Real>::execute_columns((rows == 1 ? p.forward.one : p.forward.two).get(),
                                pairs(reinterpret_cast<std::complex<Real>*>(from)), pairs(modes));
    for (Index r = 0; r < rows; ++r) {
        turn_forward(p.turns.data(), p.size / 2, reinterpret_cast<Real*>(modes + r * p.pitch));
    }
}

template <class Real>
void RowTransform<Real>::backward(std::complex<Real>* modes, Real* values, Index rows) const
{
    const Plans& p = *plans_;
    if (p.turns.empty()) {
        for (Index r = 0; r < rows; ++r) {
            Fftw<Real>::execute_backward(p.backward.one.get(), pairs(modes + r * p.pitch),
                                         values + r * p.size);
        }
        return;
    }
    for (Index r = 0; r < rows; ++r) {
        turn_backward(p.turns.data(), p.size / 2, reinterpret_cast<Real*>(modes + r * p.pitch));
    }
    Fftw<Real>::execute_columns((rows == 1 ? p.backward.one : p.backward.two).get(), pairs(modes),
                                pairs(reinterpret_cast<std::complex<Real>*>(values)));
}

template class RowTransform<double>;
template class RowTransform<float>;

}  // namespace widelimit
