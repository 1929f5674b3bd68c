// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/grid.hpp"

#include "widelimit/core/grid_builder.hpp"

namespace widelimit {

Index Grid::faces() const
{
    return runs_.empty() ? 0 : runs_.back().first + runs_.back().count;
}

void GridBuilder::sites(Matrix coordinates, Field volumes, Index cells)
{
    grid_.coordinates_ = std::move(coordinates);
    grid_.volumes_ = std::move(volumes);
    grid_.cells_ = cells;
}

Index Grid::stride(Index axis) const
{
    Index stride = 1;
    for (std::size_t k = axes_.size(); --k > static_cast<std::size_t>(axis);) {
        stride *= axes_[k].cells();
    }
    return stride;
}

void GridBuilder::geometry(Field areas, Field distances, Field reaches_left, Field reaches_right)
{
    grid_.areas_ = std::move(areas);
    grid_.distances_ = std::move(distances);
    grid_.reaches_left_ = std::move(reaches_left);
    grid_.reaches_right_ = std::move(reaches_right);
}

void GridBuilder::run(FaceRun run)
{
    if (run.count > 0) {
        run.first = grid_.faces();
        grid_.directions_ = std::max(grid_.directions_, run.direction + 1);
        grid_.runs_.push_back(run);
    }
}

namespace {

bool continues(const FaceRun& run, const LooseFace& face)
{
    const Index left = face.left - (run.left + (run.count - 1) * run.left_stride);
    const Index right = face.right - (run.right + (run.count - 1) * run.right_stride);
    if (face.direction != run.direction) {
        return false;
    }
    return run.count == 1 || (left == run.left_stride && right == run.right_stride);
}

void extend(FaceRun& run, const LooseFace& face)
{
    if (run.count == 1) {
        run.left_stride = face.left - run.left;
        run.right_stride = face.right - run.right;
    }
    ++run.count;
}

}  // namespace

void GridBuilder::faces(const std::vector<LooseFace>& faces)
{
    const auto count = static_cast<Index>(faces.size());
    for (Field* values : {&grid_.areas_, &grid_.distances_, &grid_.reaches_left_, &grid_.reaches_right_}) {
        values->resize(count);
    }
    for (Index i = 0; i < count; ++i) {
        const LooseFace& face = faces[static_cast<std::size_t>(i)];
        grid_.areas_[i] = face.area;
        grid_.distances_[i] = face.distance;
        grid_.reaches_left_[i] = face.reach_left;
        grid_.reaches_right_[i] = face.reach_right;
        grid_.directions_ = std::max(grid_.directions_, face.direction + 1);
        if (!grid_.runs_.empty() && continues(grid_.runs_.back(), face)) {
            extend(grid_.runs_.back(), face);
        } else {
            grid_.runs_.push_back({face.left, 1, face.right, 1, 1, i, i, 1, face.direction});
        }
    }
}

}  // namespace widelimit
