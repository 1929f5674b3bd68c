// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/grid.hpp"

namespace widelimit {

/// The unit sphere in 3-space: Voronoi cells around the nodes of a subdivided icosahedron.
///
/// With n = `subdivision` >= 1 segments per edge there are 10 n^2 + 2 cells (n = 8: 642, n = 16: 2562) and
/// 30 n^2 faces; twelve cells have five faces, all others six.  The nodes divide the plane triangles of the
/// icosahedron evenly and are projected radially.
///
/// Coordinates are unit vectors (3 x cells).  Volumes are areas of spherical polygons (they sum to 4 pi),
/// areas lengths of the arcs between two cells, distances great-circle distances of centres.  An arc is the
/// perpendicular bisector of the segment it crosses: both reaches are half the distance.  The two-point
/// Laplacian has eigenvalues of order 2; pointwise it is of order 3/2 in L2 and 1 in the maximum, because the
/// spacing of the nodes has a kink at the edges of the icosahedron.
///
/// Memory: ten rhombi of n x n cells, row-major, then the north and the south pole.  Rhombi 2k and 2k + 1
/// form a strip of 2 n rows from pole to pole without a seam between them.  Directions are those of a strip:
/// 0 to the next row, 1 along a row, 2 the diagonal (one row on, one column back).  A face on a seam has the
/// direction of the strip that stores it: a cell there may see one direction more than twice.
/// At most 20 n + 32 runs: in each strip one for the inside in direction 0, one per row in directions 1 and 2
/// (4 n - 1), six on the seam; one at each pole.  Throws ConfigError if `subdivision` < 1.
///
/// Centres move onto `places` (3 x any, unit vectors, most important first), their surroundings along with
/// them, and the cells are the Voronoi cells of what results. A place moves no centre where another one is
/// too near, or where an arc would shrink below a tenth of the distance of its centres.
Grid make_sphere(Index subdivision, const Matrix& places = {});

/// A place in a cell from two uniform numbers, up to its curvature uniform too.
Eigen::Vector3d place_in_cell(const Grid& sphere, Index cell, double first, double second);

}  // namespace widelimit
