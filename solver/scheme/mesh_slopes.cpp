// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/mesh_slopes.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <vector>

#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// The neighbour in the tangents of a cell, at its distance along the sphere.
Eigen::Vector2d offset_of(const Grid& grid, Index cell, Index neighbour, double distance)
{
    const Eigen::Vector3d here = grid.coordinates().col(cell), there = grid.coordinates().col(neighbour);
    const Eigen::Vector3d first = here.unitOrthogonal(), second = here.cross(first);
    const Eigen::Vector2d along(there.dot(first), there.dot(second));
    return distance * along.normalized();
}

WIDELIMIT_WIDE_LOOP void multiply(const double* a, const double* b, const double* c, Index count,
                                  double* __restrict first, double* __restrict second)
{
    for (Index k = 0; k < count; ++k) {
        const double x = first[k], y = second[k];
        first[k] = a[k] * x + c[k] * y;
        second[k] = c[k] * x + b[k] * y;
    }
}

}  // namespace

MeshSlopes::MeshSlopes(const Grid& sphere)
{
    for (Field* part : {&left_.first, &left_.second, &right_.first, &right_.second}) {
        part->resize(sphere.faces());
    }
    std::vector<Eigen::Matrix2d> moments(static_cast<std::size_t>(sphere.cells()), Eigen::Matrix2d::Zero());
    for_each_face(sphere, [&](Index face, Index left, Index right, Index g, int) {
        const auto enter = [&](Index cell, Index neighbour, Offsets& side) {
            const Eigen::Vector2d offset = offset_of(sphere, cell, neighbour, sphere.distances()[g]);
            side.first[face] = offset[0];
            side.second[face] = offset[1];
            moments[static_cast<std::size_t>(cell)] += offset * offset.transpose() / offset.squaredNorm();
        };
        enter(left, right, left_);
        enter(right, left, right_);
    });
    for (Field& part : inverse_) {
        part.resize(sphere.cells());
    }
    for (Index cell = 0; cell < sphere.cells(); ++cell) {
        const Eigen::Matrix2d inverse = moments[static_cast<std::size_t>(cell)].inverse();
        inverse_[0][cell] = inverse(0, 0);
        inverse_[1][cell] = inverse(1, 1);
        inverse_[2][cell] = inverse(0, 1);
    }
}

MeshSlopes::Pair MeshSlopes::weight(Index cell, const Pair& offset) const
{
    const double square = offset.first * offset.first + offset.second * offset.second;
    const double x = offset.first / square, y = offset.second / square;
    return {inverse_[0][cell] * x + inverse_[2][cell] * y, inverse_[2][cell] * x + inverse_[1][cell] * y};
}

void MeshSlopes::finish(Index first, Index count, Gradients& sums) const
{
    multiply(inverse_[0].data() + first, inverse_[1].data() + first, inverse_[2].data() + first, count,
             sums.first.data() + first, sums.second.data() + first);
}

}  // namespace widelimit
