// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <vector>

#include "widelimit/core/grid.hpp"

namespace widelimit {

/// Where the cells, faces and walls of all lines along one axis lie in memory: line l of `lines` passes
/// through the cells start(l) + i * stride.
class Lines {
public:
    Lines(const Grid& grid, Index axis) : stride_(grid.stride(axis))
    {
        const DividedAxis& divided = grid.axes()[static_cast<std::size_t>(axis)];
        circle_ = divided.circle;
        length_ = divided.cells();
        count_ = grid.cells() / length_;
        first_face_ = grid.faces();
        for (const FaceRun& run : grid.runs()) {
            first_face_ = run.direction == axis ? std::min(first_face_, run.first) : first_face_;
        }
        for (const PointCell& point : grid.point_cells()) {
            if (point.direction == axis) {
                (point.left == PointCell::nothing ? low_ : high_).push_back(&point);
            }
        }
    }

    Index count() const { return count_; }
    Index length() const { return length_; }
    bool circle() const { return circle_; }
    Index stride() const { return stride_; }
    /// Cell i of a line is number first_cell + i * stride.
    Index first_cell(Index line) const { return line / stride_ * length_ * stride_ + line % stride_; }
    /// From cell i to its successor: first_face + i * stride, but for the one that closes a circle.
    Index first_face(Index line) const
    {
        return first_face_ + line / stride_ * (length_ - 1) * stride_ + line % stride_;
    }
    Index closing_face(Index line) const { return first_face_ + count_ * (length_ - 1) + line; }
    bool low_wall() const { return !low_.empty(); }
    bool high_wall() const { return !high_.empty(); }
    const PointCell& low(Index line) const { return *low_[static_cast<std::size_t>(line)]; }
    const PointCell& high(Index line) const { return *high_[static_cast<std::size_t>(line)]; }

private:
    Index stride_, length_ = 0, count_ = 0, first_face_ = 0;
    bool circle_ = false;
    std::vector<const PointCell*> low_, high_;
};

/// Cells of lines side by side, a few neighbours of each line at a time: next to each other in memory either
/// the lines are or the cells of one.  Calls visit(line, cell), lines counted from 0.
template <class Visit>
void for_each_place(const Lines& lines, Index count, const Visit& visit)
{
    constexpr Index at_once = 8;
    for (Index from = 0; from < lines.length(); from += at_once) {
        const Index to = std::min(from + at_once, lines.length());
        for (Index l = 0; l < count; ++l) {
            for (Index i = from; i < to; ++i) {
                visit(l, i);
            }
        }
    }
}

}  // namespace widelimit
