// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/core/grid.hpp"

namespace widelimit {

/// One face with its geometry, before faces are joined into runs.
struct LooseFace {
    Index left = 0, right = 0;
    double area = 1.0, distance = 0.0, reach_left = 0.0, reach_right = 0.0;
    int direction = 0;
};

/// Collects the parts of a grid and joins consecutive faces of equal strides into runs.
class GridBuilder {
public:
    void names(std::vector<std::string> names) { grid_.names_ = std::move(names); }
    /// Coordinates and volumes of all sites; the first `cells` are cells.
    void sites(Matrix coordinates, Field volumes, Index cells);
    void axes(std::vector<DividedAxis> axes) { grid_.axes_ = std::move(axes); }
    void corners(Matrix corners) { grid_.corners_ = std::move(corners); }
    /// Any faces, joined into runs where they follow each other with equal strides.
    void faces(const std::vector<LooseFace>& faces);
    /// Rows of geometry, shared by runs.
    void geometry(Field areas, Field distances, Field reaches_left, Field reaches_right);
    /// A run with its number of the first face left out.
    void run(FaceRun run);
    void points(std::vector<PointCell> points) { grid_.points_ = std::move(points); }
    Grid finish() { return std::move(grid_); }

private:
    Grid grid_;
};

}  // namespace widelimit
