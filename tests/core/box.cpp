// SPDX-License-Identifier: BSD-3-Clause
// Boxes and tori of two and three axes: cells, faces in memory order, walls.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <tuple>

#include "support/refusal.hpp"
#include "widelimit/core/grid.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(box)

namespace {

Axis axis(const std::string& name, double from, double to, Index cells, Side low, Side high)
{
    Axis axis;
    axis.name = name;
    axis.from = from;
    axis.to = to;
    axis.cells = cells;
    axis.low = low;
    axis.high = high;
    return axis;
}

Axis circle(const std::string& name, double length, Index cells)
{
    return axis(name, 0.0, length, cells, Side::periodic, Side::periodic);
}

Axis interval(const std::string& name, double from, double to, Index cells, double ratio = 1.0)
{
    Axis line = axis(name, from, to, cells, Side::no_flux, Side::no_flux);
    line.ratio = ratio;
    line.towards = "low";
    return line;
}

std::vector<std::vector<Axis>> boxes()
{
    return {{circle("x", 1.0, 5), circle("y", 2.0, 4)},
            {interval("x", -1.0, 1.0, 6), circle("y", 2.0, 3)},
            {interval("x", -1.0, 1.0, 5, 3.0), interval("y", 0.0, 2.0, 4)},
            {circle("x", 1.0, 3), interval("y", 0.0, 1.0, 4), circle("z", 3.0, 5)},
            {interval("x", 0.0, 1.0, 3, 2.0), interval("y", 0.0, 1.0, 4), interval("z", 0.0, 3.0, 2)}};
}

Index count_faces(const std::vector<Axis>& axes)
{
    Index faces = 0;
    for (std::size_t k = 0; k < axes.size(); ++k) {
        Index others = 1;
        for (std::size_t j = 0; j < axes.size(); ++j) {
            others *= j == k ? 1 : axes[j].cells;
        }
        faces += others * (axes[k].circle() ? axes[k].cells : axes[k].cells - 1);
    }
    return faces;
}

}  // namespace

BOOST_AUTO_TEST_CASE(cells_are_products_with_the_last_axis_fastest)
{
    for (const auto& axes : boxes()) {
        const Grid grid = make_grid(axes);
        double volume = 1.0;
        Index cells = 1;
        for (const Axis& one : axes) {
            volume *= one.to - one.from;
            cells *= one.cells;
        }
        BOOST_TEST(grid.cells() == cells);
        BOOST_TEST(grid.rank() == static_cast<Index>(axes.size()));
        BOOST_TEST(std::abs(grid.volumes().sum() - volume) < 1e-13 * volume);
        for (Index cell = 0; cell < cells; ++cell) {
            Index number = 0;
            double product = 1.0;
            for (Index k = 0; k < grid.rank(); ++k) {
                number = number * axes[static_cast<std::size_t>(k)].cells + grid.place(cell, k);
                product *= grid.upper(cell, k) - grid.lower(cell, k);
                const double centre = 0.5 * (grid.lower(cell, k) + grid.upper(cell, k));
                BOOST_TEST(std::abs(grid.coordinates()(k, cell) - centre) < 1e-14);
            }
            BOOST_TEST(number == cell);
            BOOST_TEST(std::abs(grid.volumes()[cell] - product) < 1e-13 * product);
        }
    }
}

/// Each face joins neighbours along its direction and no pair is joined twice; geometry is that of the pair.
BOOST_AUTO_TEST_CASE(faces_join_all_neighbours_once)
{
    for (const auto& axes : boxes()) {
        const Grid grid = make_grid(axes);
        BOOST_TEST(grid.faces() == count_faces(axes));
        std::set<std::tuple<Index, Index, int>> seen;
        Index next = 0;
        for_each_face(grid, [&](Index face, Index left, Index right, Index g, int direction) {
            BOOST_TEST(face == next++);
            BOOST_TEST((seen.insert({left, right, direction}).second));
            double area = 1.0;
            for (Index k = 0; k < grid.rank(); ++k) {
                const Axis& along = axes[static_cast<std::size_t>(k)];
                if (k != direction) {
                    BOOST_TEST(grid.place(left, k) == grid.place(right, k));
                    area *= grid.upper(left, k) - grid.lower(left, k);
                } else {
                    BOOST_TEST((grid.place(left, k) + 1) % along.cells == grid.place(right, k));
                }
            }
            const double a = 0.5 * (grid.upper(left, direction) - grid.lower(left, direction));
            const double b = 0.5 * (grid.upper(right, direction) - grid.lower(right, direction));
            BOOST_TEST(std::abs(grid.areas()[g] - area) < 1e-14);
            BOOST_TEST(std::abs(grid.reaches_left()[g] - a) < 1e-14);
            BOOST_TEST(std::abs(grid.reaches_right()[g] - b) < 1e-14);
            BOOST_TEST(std::abs(grid.distances()[g] - a - b) < 1e-14);
        });
    }
}

/// Long runs of unit stride along every axis but for the seam of the last: equal cost along all axes.
BOOST_AUTO_TEST_CASE(runs_follow_memory)
{
    const Grid grid = make_grid({circle("x", 1.0, 16), circle("y", 1.0, 16), circle("z", 1.0, 16)});
    BOOST_TEST(grid.areas().size() == 3);
    for (const FaceRun& run : grid.runs()) {
        const bool seam = run.direction == 2 && run.left_stride != 1;
        BOOST_TEST((seam || (run.left_stride == 1 && run.right_stride == 1)));
        BOOST_TEST(run.count >= 15);
        BOOST_TEST(run.geometry_stride == 0);
    }
}

BOOST_AUTO_TEST_CASE(absorbing_ends_are_point_cells_beside_every_cell_there)
{
    std::vector<Axis> axes = {interval("x", -1.0, 1.0, 4), circle("y", 3.0, 3)};
    axes[0].low = Side::absorbing;
    const Grid grid = make_grid(axes);
    BOOST_REQUIRE(grid.points() == 3);
    for (Index k = 0; k < 3; ++k) {
        const PointCell& wall = grid.point_cells()[static_cast<std::size_t>(k)];
        BOOST_TEST(wall.wall());
        BOOST_TEST(wall.site == grid.cells() + k);
        BOOST_TEST(wall.beside() == k);
        BOOST_TEST(wall.left == PointCell::nothing);
        BOOST_TEST(wall.reach() == 0.25);
        BOOST_TEST(wall.area == 1.0);
        BOOST_TEST(grid.coordinates()(0, wall.site) == -1.0);
        BOOST_TEST(grid.coordinates()(1, wall.site) == grid.coordinates()(1, k));
        BOOST_TEST(grid.volumes()[wall.site] == 0.0);
    }
    axes[0].high = Side::absorbing;
    BOOST_TEST(make_grid(axes).points() == 6);
    BOOST_TEST(make_grid(axes).point_cells().back().beside() == 11);
}

BOOST_AUTO_TEST_CASE(refusals)
{
    const auto refused = [](const std::vector<Axis>& axes) { return refusal([&] { make_grid(axes); }); };
    std::vector<Axis> axes = {interval("x", -1.0, 1.0, 4), circle("y", 3.0, 3)};
    BOOST_TEST(refused(axes) == "accepted");
    axes[0].points = {0.3};
    BOOST_TEST(refused(axes).find("axis 'x': points are for a single axis") != std::string::npos);
    axes[0].points.clear();
    axes[1].high = Side::no_flux;
    BOOST_TEST(refused(axes).find("axis 'y': both ends are periodic or none") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
