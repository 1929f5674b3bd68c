// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// diag(volume) + flux matrix of a line or circle of cells, an M-matrix whose columns sum to the volumes.
///
/// The elimination never subtracts: pivots come from the column sums (Grassmann, Taksar and Heyman, Oper.
/// Res. 33, 1985), so that a nonnegative right-hand side gives a nonnegative solution with full relative
/// accuracy in every entry.
class CyclicTridiagonal {
public:
    explicit CyclicTridiagonal(Field volumes);
    /// Flux `forward * u_left - backward * u_right` from cell `left` to cell `right`, its neighbour in memory
    /// or, once, from the last cell to the first.
    void couple(Index left, Index right, double forward, double backward);
    /// Densities u with (volume + flux matrix) u = mass.
    Field solve(const Field& mass) const;

private:
    Field volumes_, forward_, backward_;
    double wrap_forward_ = 0.0, wrap_backward_ = 0.0;
};

}  // namespace widelimit
