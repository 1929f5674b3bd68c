// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Masses (not negative) at points, one column each.
struct PointMasses {
    Matrix points;
    Field masses;
};

/// W_p(a, b) = (inf int |x - y|^p d pi)^(1/p) over the couplings pi of a and b, both brought to mass one
/// first; p is 1 or 2.  All take points of at least one positive mass on either side.
///
/// On a line, from the two quantile functions: O(n log n).
double line_distance(const PointMasses& a, const PointMasses& b, int p);

/// On a circle of this length, |x - y| along the shorter arc: quantile functions turned against each other,
/// which is a convex problem in one variable (Delon, Salomon and Sobolevski, SIAM J. Appl. Math. 70, 2010):
/// O(n log n), for p = 2 with some 50 passes.
double circle_distance(const PointMasses& a, const PointMasses& b, double length, int p);

/// Energy distance (-int int |x - y| d(a - b) d(a - b))^(1/2) of measures of mass one, |x - y| along the
/// shorter arc on a circle of this length, Euclid's on a line (length 0): with D the difference of the
/// distribution functions (2 int D^2)^(1/2), on a circle (int (D(x) - D(x + length / 2))^2 dx)^(1/2).  O(n
/// log n).
double energy_distance(const PointMasses& a, const PointMasses& b, double length);

/// Exact for any points: periods holds the length of a coordinate that is a circle, 0 of others; distances
/// are Euclid's of the coordinates' differences.  By the network simplex method (LEMON) over all pairs: time
/// and memory n m.  Masses are rounded to multiples of 2^-40 of the whole,
/// and costs are compared to 1e-12 of the largest.
double exact_distance(const PointMasses& a, const PointMasses& b, const Field& periods, int p);

/// The same for the great-circle distance of unit vectors.
double sphere_distance(const PointMasses& a, const PointMasses& b, int p);

/// Sliced W_2: (mean over directions of W_2^2 of the projections)^(1/2), in flat space, over this many
/// directions (evenly spread in one or two dimensions, else random from the seed).  O(n log n) a direction.
double sliced_distance(const PointMasses& a, const PointMasses& b, Index directions, std::uint64_t seed = 0);

}  // namespace widelimit
