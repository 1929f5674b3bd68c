// SPDX-License-Identifier: BSD-3-Clause
#include "frame_places.hpp"

#include <numbers>

namespace widelimit {

std::string FramePlaces::units(Index k) const
{
    const bool turns = coordinate(k).to - coordinate(k).from == 2.0 * std::numbers::pi;
    return coordinate(k).circle && turns ? "rad" : "1";
}

std::vector<std::string> FramePlaces::cells() const
{
    return grid_->sphere() ? std::vector<std::string>{"cell"} : grid_->names();
}

Attributes FramePlaces::named(const std::string& name) const
{
    Attributes attributes = {{"long_name", name}, {"units", "1"}};
    if (grid_->sphere()) {
        attributes.emplace_back("coordinates",
                                coordinate(0).name + " " + coordinate(1).name + " " + coordinate(2).name);
    }
    return attributes;
}

void FramePlaces::define(NetcdfWriter& file) const
{
    if (grid_->sphere()) {
        define_sphere(file);
        return;
    }
    file.dimension("bounds", 2);
    for (Index k = 0; k < grid_->rank(); ++k) {
        define_axis(file, k);
    }
    if (grid_->points() > 0) {
        file.dimension(points(), grid_->points());
        for (Index k = 0; k < grid_->rank(); ++k) {
            file.variable(point_place(coordinate(k).name), {points()},
                          {{"long_name", coordinate(k).meaning + " of a point cell"}, {"units", units(k)}});
        }
    }
}

void FramePlaces::define_axis(NetcdfWriter& file, Index k) const
{
    const DividedAxis& axis = grid_->axes()[static_cast<std::size_t>(k)];
    file.dimension(axis.name, axis.cells());
    file.variable(
        axis.name, {axis.name},
        {{"long_name", coordinate(k).meaning}, {"units", units(k)}, {"bounds", axis.name + "_bounds"}});
    file.variable(axis.name + "_bounds", {axis.name, "bounds"});
}

void FramePlaces::define_sphere(NetcdfWriter& file) const
{
    file.dimension("cell", grid_->cells());
    file.dimension("corner", 6);
    for (Index k = 0; k < 3; ++k) {
        const std::string& name = coordinate(k).name;
        file.variable(name, {"cell"},
                      {{"long_name", coordinate(k).meaning}, {"units", "1"}, {"bounds", name + "_bounds"}});
        file.variable(name + "_bounds", {"cell", "corner"});
    }
    file.variable("area", {"cell"}, {{"long_name", "area of a cell"}, {"units", "1"}});
}

void FramePlaces::put(NetcdfWriter& file) const
{
    if (grid_->sphere()) {
        put_sphere(file);
        return;
    }
    for (Index k = 0; k < grid_->rank(); ++k) {
        put_axis(file, k);
    }
}

void FramePlaces::put_axis(NetcdfWriter& file, Index k) const
{
    const DividedAxis& axis = grid_->axes()[static_cast<std::size_t>(k)];
    Field centres(axis.cells()), bounds(2 * axis.cells());
    for (Index i = 0; i < axis.cells(); ++i) {
        centres[i] = axis.centre(i);
        bounds[2 * i] = axis.lower[i];
        bounds[2 * i + 1] = axis.upper[i];
    }
    file.put(axis.name, centres);
    file.put(axis.name + "_bounds", bounds);
    if (grid_->points() > 0) {
        file.put(point_place(axis.name),
                 Field(grid_->coordinates().row(k).tail(grid_->points()).transpose()));
    }
}

void FramePlaces::put_sphere(NetcdfWriter& file) const
{
    for (Index k = 0; k < 3; ++k) {
        const std::string& name = coordinate(k).name;
        file.put(name, Field(grid_->coordinates().row(k).transpose()));
        file.put(name + "_bounds", Field(grid_->corners().row(k).transpose()));
    }
    file.put("area", grid_->volumes());
}

}  // namespace widelimit
