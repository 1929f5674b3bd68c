// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// What an axis does at one of its ends: it closes to a circle (both ends then do), nothing passes, or what
/// arrives is kept there for ever.
enum class Side { periodic, no_flux, absorbing };

/// One coordinate of a grid before it is divided into cells.
struct Axis {
    std::string name;
    double from = 0.0;
    double to = 1.0;
    Index cells = 64;
    Side low = Side::no_flux, high = Side::no_flux;
    /// Width of the largest cell over that of the smallest; geometric progression, smallest at the ends
    /// named by `towards`: "low", "high" or "both".  1 is uniform.
    double ratio = 1.0;
    std::string towards = "both";
    /// Coordinates that get a point cell (kinks of the potential).  Cells then end there: each arc between
    /// neighbours is divided evenly into the least number of cells no wider than (to - from) / cells.
    std::vector<double> points;

    bool circle() const { return low == Side::periodic; }
};

/// An axis divided into cells.
struct DividedAxis {
    std::string name;
    bool circle = false;
    /// All cells have the same width.
    bool even = true;
    /// Ends of the cells, centres increase; on a circle the first or last cell may reach beyond the range.
    Field lower, upper;

    Index cells() const { return lower.size(); }
    double centre(Index i) const { return 0.5 * (lower[i] + upper[i]); }
    double length() const { return upper[cells() - 1] - lower[0]; }
    double width(Index i) const
    {
        return even ? length() / static_cast<double>(cells()) : upper[i] - lower[i];
    }
};

/// A row of faces in memory order: face k lies between the sites left + k * left_stride and
/// right + k * right_stride and has number `first + k`; its geometry is entry geometry + k * geometry_stride
/// of the grid's face arrays.  `direction` is the axis, or one of three directions on the sphere.
struct FaceRun {
    Index left = 0, left_stride = 1;
    Index right = 1, right_stride = 1;
    Index count = 0;
    Index first = 0;
    Index geometry = 0, geometry_stride = 1;
    int direction = 0;

    /// The faces from number `from` of the row on.
    FaceRun part(Index from, Index length) const
    {
        FaceRun part = *this;
        part.left += from * left_stride;
        part.right += from * right_stride;
        part.first += from;
        part.geometry += from * geometry_stride;
        part.count = length;
        return part;
    }
};

/// A site without volume that only has a mass: a kink of the potential, where a Dirac forms in finite time
/// and is kept, or the piece of an absorbing wall beside one cell.  Reaches are distances to the neighbours'
/// centres; `site` is its number among the sites.
struct PointCell {
    /// No neighbour: beyond a wall.
    static constexpr Index nothing = -1;

    Index site = 0, left = nothing, right = nothing;
    double reach_left = 0.0, reach_right = 0.0, area = 1.0;
    int direction = 0;

    bool wall() const { return left == nothing || right == nothing; }
    /// The only neighbour of a wall.
    Index beside() const { return left == nothing ? right : left; }
    double reach() const { return left == nothing ? reach_right : reach_left; }
};

/// Cells, faces and point cells of a parameter space: where things are, never what they hold.
///
/// Sites are numbered cells first, point cells after; cells with the last coordinate fastest.  Rank is data.
/// A face carries its area, the distance of the two centres and the reach of each centre to the face; the
/// segment between the centres crosses the face at a right angle, so that (psi_right - psi_left) / distance
/// is a consistent normal derivative.  Faces of one direction follow each other.
class Grid {
public:
    Index cells() const { return cells_; }
    Index points() const { return static_cast<Index>(points_.size()); }
    Index sites() const { return cells_ + points(); }
    Index rank() const { return coordinates_.rows(); }
    int directions() const { return directions_; }
    Index faces() const;

    /// rank x sites; on the sphere 3 x sites, unit vectors.
    const Matrix& coordinates() const { return coordinates_; }
    /// One number a site, 0 at point cells.
    const Field& volumes() const { return volumes_; }
    const std::vector<FaceRun>& runs() const { return runs_; }
    const std::vector<PointCell>& point_cells() const { return points_; }

    const Field& areas() const { return areas_; }
    const Field& distances() const { return distances_; }
    const Field& reaches_left() const { return reaches_left_; }
    const Field& reaches_right() const { return reaches_right_; }

    const std::vector<std::string>& names() const { return names_; }
    /// The divided coordinates, empty on the sphere.
    const std::vector<DividedAxis>& axes() const { return axes_; }
    /// The unit sphere in 3-space, which has no axes.
    bool sphere() const { return axes_.empty(); }
    /// Of the sphere's cells, in order around them: 3 x (6 cells); a cell of five corners repeats its last.
    const Matrix& corners() const { return corners_; }
    /// Cells between neighbours along an axis, in memory.
    Index stride(Index axis) const;
    /// Which of the cells of an axis a cell lies in, and its ends there.
    Index place(Index cell, Index axis) const { return cell / stride(axis) % at(axis).cells(); }
    double lower(Index cell, Index axis = 0) const { return at(axis).lower[place(cell, axis)]; }
    double upper(Index cell, Index axis = 0) const { return at(axis).upper[place(cell, axis)]; }

private:
    friend class GridBuilder;
    const DividedAxis& at(Index axis) const { return axes_[static_cast<std::size_t>(axis)]; }

    Index cells_ = 0;
    int directions_ = 1;
    std::vector<std::string> names_;
    std::vector<DividedAxis> axes_;
    Matrix coordinates_, corners_;
    Field volumes_, areas_, distances_, reaches_left_, reaches_right_;
    std::vector<FaceRun> runs_;
    std::vector<PointCell> points_;
};

/// The box, torus or mixture of both that the axes span; of one axis a line or circle.  Throws ConfigError on
/// an empty interval, fewer than two cells, a ratio below one, one periodic end, or points together with a
/// ratio, a wall or a second axis.
Grid make_grid(const std::vector<Axis>& axes);
inline Grid make_line(const Axis& axis)
{
    return make_grid({axis});
}

/// The cells of an axis and its point cells in increasing order.
DividedAxis divide(const Axis& axis, std::vector<double>& points);

/// Calls visit(face, left, right, geometry) for every face between two cells of a run.
template <class Visit>
void for_each_face(const FaceRun& run, Visit&& visit)
{
    if (run.left_stride == 1 && run.right_stride == 1 && run.geometry_stride == 0) {
        for (Index k = 0; k < run.count; ++k) {
            visit(run.first + k, run.left + k, run.right + k, run.geometry);
        }
        return;
    }
    for (Index k = 0; k < run.count; ++k) {
        visit(run.first + k, run.left + k * run.left_stride, run.right + k * run.right_stride,
              run.geometry + k * run.geometry_stride);
    }
}

/// Calls visit(face, left, right, geometry, direction) for every face between two cells, in memory order.
template <class Visit>
void for_each_face(const Grid& grid, Visit&& visit)
{
    for (const FaceRun& run : grid.runs()) {
        for_each_face(run, [&](Index face, Index left, Index right, Index geometry) {
            visit(face, left, right, geometry, run.direction);
        });
    }
}

/// The same for the faces of one direction.
template <class Visit>
void for_each_face(const Grid& grid, int direction, Visit&& visit)
{
    for (const FaceRun& run : grid.runs()) {
        if (run.direction == direction) {
            for_each_face(run, visit);
        }
    }
}

}  // namespace widelimit
