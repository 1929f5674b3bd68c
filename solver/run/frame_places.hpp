// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/grid.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// The coordinate variables of fields.nc (docs/run-directory.md): one an axis with bounds of its cells; on
/// the sphere three over its cells, with bounds over their corners.
class FramePlaces {
public:
    FramePlaces(const Problem& problem, const Grid& grid) : problem_(&problem), grid_(&grid) {}

    /// Dimensions and variables, those of point cells included.
    void define(NetcdfWriter& file) const;
    void put(NetcdfWriter& file) const;

    /// Attributes of numbers over the cells; on the sphere with the names of the coordinates, as CF has them.
    Attributes named(const std::string& name) const;
    /// Dimensions of numbers over the cells.
    std::vector<std::string> cells() const;
    /// Dimension of numbers over the point cells: all are kinks, or all are pieces of walls.
    std::string points() const { return grid_->point_cells().front().wall() ? "wall" : "kink"; }

private:
    const Coordinate& coordinate(Index k) const { return problem_->coordinates[static_cast<std::size_t>(k)]; }
    std::string units(Index k) const;
    /// The coordinate variable of point cells along an axis.
    std::string point_place(const std::string& axis) const
    {
        return grid_->rank() == 1 ? points() : points() + "_" + axis;
    }
    void define_axis(NetcdfWriter& file, Index k) const;
    void define_sphere(NetcdfWriter& file) const;
    void put_axis(NetcdfWriter& file, Index k) const;
    void put_sphere(NetcdfWriter& file) const;

    const Problem* problem_;
    const Grid* grid_;
};

}  // namespace widelimit
