// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/grid.hpp"

namespace widelimit {

/// The cell of an axis that a place lies in, or the nearest one.
Index cell_at(const DividedAxis& axis, double place);
/// The cell of a grid that a point lies in or is nearest to; on the sphere the one with the nearest centre.
Index cell_at(const Grid& grid, const Field& point);

}  // namespace widelimit
