// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include "widelimit/core/field.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/scheme/faces.hpp"

namespace widelimit {

/// Half the limited slope of each cell between its neighbours.
template <class Real>
WIDELIMIT_WIDE_LOOP void limited_slopes(const Real* low, const Real* here, const Real* high, Index count,
                                        Real* __restrict slope)
{
    for (Index k = 0; k < count; ++k) {
        slope[k] = half_limited(here[k] - low[k], high[k] - here[k]);
    }
}

/// The same with one neighbour only, `sign` +1 if that is the next cell: cut so that values at faces keep to
/// 0 and twice the average.
template <class Real>
WIDELIMIT_WIDE_LOOP void slopes_at_wall(const Real* here, const Real* there, Real sign, Index count,
                                        Real* __restrict slope)
{
    for (Index k = 0; k < count; ++k) {
        const Real change = Real(0.5) * (there[k] - here[k]);
        slope[k] = sign * std::max(-here[k], std::min(here[k], change));
    }
}

/// out += factor * what flows from here down to both neighbours.
void add_outflows(const double* low, const double* here, const double* high, double factor, Index count,
                  double* out);

/// The largest of some numbers, at least 0.
double largest_of(const double* values, Index count);

}  // namespace widelimit
