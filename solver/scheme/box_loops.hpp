// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Half the limited slope of each cell between its neighbours.
void limited_slopes(const double* low, const double* here, const double* high, Index count, double* slope);

/// The same with one neighbour only, `sign` +1 if that is the next cell: cut so that values at faces keep to
/// 0 and twice the average.
void slopes_at_wall(const double* here, const double* there, double sign, Index count, double* slope);

/// out += factor * what flows from here down to both neighbours.
void add_outflows(const double* low, const double* here, const double* high, double factor, Index count,
                  double* out);

/// The largest of some numbers, at least 0.
double largest_of(const double* values, Index count);

}  // namespace widelimit
