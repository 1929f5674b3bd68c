// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/core/grid.hpp"

namespace widelimit {

/// Gradients of cell values on the sphere, each in two orthonormal tangents of its cell: by least squares
/// over the neighbours, their differences weighted by 1 / distance^2.  The error is of order 2 where
/// neighbours lie opposite to each other, and of order 1 around a cell with five of them.
class MeshSlopes {
public:
    explicit MeshSlopes(const Grid& sphere);

    /// Two numbers in the tangents of a cell.
    struct Pair {
        double first = 0.0, second = 0.0;
    };
    /// Of a face: what the difference to the neighbour adds to the gradient, and where the neighbour lies.
    struct Side {
        Pair weight, offset;
    };
    const Side& left(Index face) const { return left_[static_cast<std::size_t>(face)]; }
    const Side& right(Index face) const { return right_[static_cast<std::size_t>(face)]; }

    /// Gradients of values, one pair a cell.
    std::vector<Pair> of(const double* values) const;

    /// The value opposite to a neighbour: as far from `there` as twice the way, along the gradient.
    static double opposite(const Pair& slope, const Side& side, double there)
    {
        return there - 2.0 * (slope.first * side.offset.first + slope.second * side.offset.second);
    }

private:
    const Grid* grid_;
    std::vector<Side> left_, right_;
};

}  // namespace widelimit
