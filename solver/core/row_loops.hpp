// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Complex numbers of one vector of AVX2.
template <class Real>
constexpr Index modes_at_once = 32 / static_cast<Index>(2 * sizeof(Real));

/// A row of n = 2 * half real numbers as complex ones of half the length, z_j = x_2j + i x_2j+1: from their
/// half modes Z to the half + 1 modes X of the row, in place, and back from them to 2 Z in another array.
/// `turns`: with c and s the cosine and sine of 2 pi k / n for 0 <= k <= half / 2 the pairs (c, -c) of all k,
/// then (s, s) of all k.
constexpr Index size_of_turns(Index half)
{
    return 4 * (half / 2 + 1);
}
void turn_forward(const double* turns, Index half, double* modes);
void turn_forward(const float* turns, Index half, float* modes);
void turn_backward(const double* turns, Index half, const double* modes, double* halves);
void turn_backward(const float* turns, Index half, const float* modes, float* halves);

}  // namespace widelimit
