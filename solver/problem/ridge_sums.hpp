// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "ridge_loops.hpp"
#include "widelimit/network/activation.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {

/// The ridge transform: sums of sigma(w . x_i + scale * b) over many data and over biases b that lie evenly
/// on lines of `line` points with the same w, the last coordinate of the points.  A direction w sees the data
/// through the numbers w . x_i alone, and sigma at them only through its correlation with the line: one
/// transform by FFT (for units with one kink two prefix sums) and interpolation, N log N + n operations a
/// direction instead of n N.
///
/// Units with one kink: exact but for round-off.  Others by Lagrange's polynomial of degree 7 on a finer
/// grid, the coarsest on which sigma at midpoints is right to 1e-11 of its largest value there, at most 16
/// times as fine as the line; null where that does not do, and where points are not such lines.  Both sums
/// use the same weights, so that one remains the adjoint of the other.
std::unique_ptr<FeatureSums> make_ridge_sums(const Activation& activation, const Matrix& inputs,
                                             const Matrix& points, Index line);

}  // namespace widelimit
