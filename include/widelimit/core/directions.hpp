// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Rows (cos a_k, sin a_k) of angles, to one unit in the last place of 1 (the polynomials of fdlibm, Ng 1993,
/// up to some 10^6, the C library beyond).  A vector loop without fused operations: the same bits on every
/// processor and wherever an angle stands in the array.
Matrix directions(const double* angles, Index count);
/// Its columns.
void directions(const double* angles, Index count, double* cosines, double* sines);

}  // namespace widelimit
