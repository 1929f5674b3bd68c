// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// What bounds an axis.
enum class Side { periodic, no_flux };

/// One coordinate of a grid before it is divided into cells.
struct Axis {
    std::string name;
    double from = 0.0;
    double to = 1.0;
    Index cells = 64;
    Side sides = Side::no_flux;
    /// Width of the largest cell over that of the smallest; geometric progression, smallest at the ends
    /// named by `towards`: "low", "high" or "both".  1 is uniform.
    double ratio = 1.0;
    std::string towards = "both";
    /// Coordinates that get a point cell (kinks of the potential).  Cells then end there: each arc between
    /// neighbours is divided evenly into the least number of cells no wider than (to - from) / cells.
    std::vector<double> points;
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
};

/// A site without volume that only has a mass: a kink of the potential, where a Dirac forms in finite time
/// and is kept.  Reaches are distances to the neighbours' centres; `site` is its number among the sites.
struct PointCell {
    Index site = 0, left = 0, right = 0;
    double reach_left = 0.0, reach_right = 0.0, area = 1.0;
};

/// Cells, faces and point cells of a parameter space: where things are, never what they hold.
///
/// Sites are numbered cells first, point cells after.  Rank is data.  A face carries its area, the distance
/// of the two centres and the reach of each centre to the face; the segment between the centres crosses the
/// face at a right angle, so that (psi_right - psi_left) / distance is a consistent normal derivative.
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
    /// Lower and upper ends of cell i on a grid of rank 1.
    double lower(Index i) const { return lower_[i]; }
    double upper(Index i) const { return upper_[i]; }

private:
    friend class GridBuilder;
    Index cells_ = 0;
    int directions_ = 1;
    std::vector<std::string> names_;
    Matrix coordinates_;
    Field volumes_, areas_, distances_, reaches_left_, reaches_right_, lower_, upper_;
    std::vector<FaceRun> runs_;
    std::vector<PointCell> points_;
};

/// Divides an axis into cells.  Throws ConfigError on an empty interval, no cells, a ratio below one, or
/// points together with a ratio.
Grid make_line(const Axis& axis);

/// Calls visit(face, left, right, geometry, direction) for every face between two cells, in memory order.
template <class Visit>
void for_each_face(const Grid& grid, Visit&& visit)
{
    for (const FaceRun& run : grid.runs()) {
        for (Index k = 0; k < run.count; ++k) {
            visit(run.first + k, run.left + k * run.left_stride, run.right + k * run.right_stride,
                  run.geometry + k * run.geometry_stride, run.direction);
        }
    }
}

}  // namespace widelimit
