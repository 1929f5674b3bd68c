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
    /// Lower and upper ends of the cells of a grid of rank 1.
    void ends(Field lower, Field upper);
    void faces(const std::vector<LooseFace>& faces);
    void points(std::vector<PointCell> points) { grid_.points_ = std::move(points); }
    Grid finish() { return std::move(grid_); }

private:
    Grid grid_;
};

}  // namespace widelimit
