// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include "widelimit/core/field.hpp"
#include "widelimit/core/grid.hpp"

namespace widelimit {

/// Gradients of cell values on the sphere, each in two orthonormal tangents of its cell: by least squares
/// over the neighbours, their differences weighted by 1 / distance^2.  The error is of order 2 where
/// neighbours lie opposite to each other, and of order 1 around a cell with five of them.
///
/// With the offsets d of its neighbours in the tangents of a cell, the gradient is M^-1 sum (difference /
/// |d|^2) d, M = sum d d^T / |d|^2.
class MeshSlopes {
public:
    explicit MeshSlopes(const Grid& sphere);

    /// Two numbers in the tangents of a cell.
    struct Pair {
        double first = 0.0, second = 0.0;
    };
    /// Of many cells.
    struct Gradients {
        Field first, second;
    };
    /// Where the cells at one side of all faces see their neighbours, component by component.
    struct Offsets {
        Field first, second;

        Pair of(Index face) const { return {first[face], second[face]}; }
    };
    const Offsets& left() const { return left_; }
    const Offsets& right() const { return right_; }
    /// What a difference to the neighbour at an offset adds to the gradient of the cell.
    Pair weight(Index cell, const Pair& offset) const;
    /// From the sums over neighbours to gradients.
    void finish(Index first, Index count, Gradients& sums) const;

    /// The value opposite to a neighbour: as far from `there` as twice the way, along the gradient.
    static double opposite(const Pair& slope, const Pair& offset, double there)
    {
        return there - 2.0 * (slope.first * offset.first + slope.second * offset.second);
    }

private:
    Offsets left_, right_;
    std::array<Field, 3> inverse_;  ///< of M, cell by cell: its diagonal and the entry beside it
};

}  // namespace widelimit
