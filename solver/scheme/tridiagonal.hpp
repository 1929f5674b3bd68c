// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Systems (volume + dt flux matrix) u = mass on several lines or circles of equally many cells, M-matrices
/// whose columns sum to the volumes.  Numbers of all lines at one place lie side by side in memory.
///
/// The elimination never subtracts: pivots come from the column sums (Grassmann, Taksar and Heyman, Oper.
/// Res. 33, 1985), so that a nonnegative right-hand side gives a nonnegative solution with full relative
/// accuracy in every entry.
class LineSystems {
public:
    LineSystems(Index lines, Index length, bool circle);

    Index lines() const { return volumes.rows(); }
    Index length() const { return volumes.cols(); }

    /// lines x length.  The flux from a cell i to its successor is forward_i u_i - backward_i u_{i+1}; the
    /// successor of the last cell is the first on a circle, and nothing on a line.
    Matrix volumes, forward, backward;

    /// To be called after a change of the coefficients or of dt.
    void eliminate(double dt);
    /// Replaces masses (lines x length) by densities.
    void solve(Matrix& values) const;
    /// Replaces masses by those after the step.  What rounding takes from the sum of a line, always the same
    /// near rest, goes back into its largest entry: otherwise thousands of steps would add it up.
    void advance(Matrix& masses) const;

private:
    void eliminate_line(double dt);
    void eliminate_circle(double dt);

    bool circle_;
    /// Of what a cell holds, the shares that go on to its successor and to the last cell; what comes back to
    /// it from there per unit density, over its pivot; 1 / pivot.
    Matrix to_next_, to_last_, from_next_, from_last_, inverse_;
};

/// Rows of `after` get the sums of those of `before`, which differ by round-off: their difference (summed as
/// Kahan does) is added to the largest entry.
void restore_sums(const Matrix& before, Matrix& after);

}  // namespace widelimit
