// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// The nodes of a mesh of the sphere (3 x nodes) with mean distance `spacing`, some of them moved onto
/// `places` (3 x any, most important first). Displacements between are interpolated by Wendland's function
///
///     (1 - s)_+^4 (4 s + 1),    s = distance / (5 spacing)    (Adv. Comput. Math. 4, 1995),
///
/// so that five cells away nothing moves. A place closer than 1.6 spacings to one before it moves no node.
/// `taken` receives the places that nodes lie on.
Matrix fitted_nodes(const Matrix& nodes, double spacing, const Matrix& places, Matrix& taken);

}  // namespace widelimit
