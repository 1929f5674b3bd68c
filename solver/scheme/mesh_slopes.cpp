// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/mesh_slopes.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>

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

MeshSlopes::Pair pair_of(const Eigen::Vector2d& vector)
{
    return {vector[0], vector[1]};
}

}  // namespace

MeshSlopes::MeshSlopes(const Grid& sphere)
    : grid_(&sphere), left_(static_cast<std::size_t>(sphere.faces())), right_(left_)
{
    std::vector<Eigen::Matrix2d> moments(static_cast<std::size_t>(sphere.cells()), Eigen::Matrix2d::Zero());
    const auto visit = [&](const auto& side) {
        for_each_face(sphere, [&](Index face, Index left, Index right, Index g, int) {
            const double distance = sphere.distances()[g];
            side(left_[static_cast<std::size_t>(face)], left, offset_of(sphere, left, right, distance));
            side(right_[static_cast<std::size_t>(face)], right, offset_of(sphere, right, left, distance));
        });
    };
    visit([&](Side& side, Index cell, const Eigen::Vector2d& offset) {
        side.offset = pair_of(offset);
        moments[static_cast<std::size_t>(cell)] += offset * offset.transpose() / offset.squaredNorm();
    });
    visit([&](Side& side, Index cell, const Eigen::Vector2d& offset) {
        const Eigen::Matrix2d inverse = moments[static_cast<std::size_t>(cell)].inverse();
        side.weight = pair_of(inverse * offset / offset.squaredNorm());
    });
}

std::vector<MeshSlopes::Pair> MeshSlopes::of(const double* values) const
{
    std::vector<Pair> slopes(static_cast<std::size_t>(grid_->cells()));
    for_each_face(*grid_, [&](Index face, Index left, Index right, Index, int) {
        const double difference = values[right] - values[left];
        const auto add = [&](Index cell, const Side& side, double change) {
            Pair& slope = slopes[static_cast<std::size_t>(cell)];
            slope.first += side.weight.first * change;
            slope.second += side.weight.second * change;
        };
        add(left, this->left(face), difference);
        add(right, this->right(face), -difference);
    });
    return slopes;
}

}  // namespace widelimit
