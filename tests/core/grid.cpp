// SPDX-License-Identifier: BSD-3-Clause
// Lines and circles of cells: uniform, graded, divided at given points; and the layout of a state on them.
#include "widelimit/core/grid.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "widelimit/core/layout.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(grid_of_rank_one)

namespace {

Axis axis(double from, double to, Index cells, Side sides = Side::no_flux)
{
    Axis axis;
    axis.name = "x";
    axis.from = from;
    axis.to = to;
    axis.cells = cells;
    axis.low = axis.high = sides;
    return axis;
}

Axis circle(Index cells, const std::vector<double>& points)
{
    Axis whole = axis(0.0, 10.0, cells, Side::periodic);
    whole.points = points;
    return whole;
}

Axis graded(double ratio, const std::string& towards, Index cells = 11)
{
    Axis line = axis(-1.0, 2.0, cells);
    line.ratio = ratio;
    line.towards = towards;
    return line;
}

/// What every grid of rank 1 must satisfy.
void check_geometry(const Grid& grid, double length, bool periodic)
{
    const Index cells = grid.cells();
    BOOST_TEST(std::abs(grid.volumes().sum() - length) < 1e-13 * length);
    BOOST_TEST(grid.volumes().head(cells).minCoeff() > 0.0);
    BOOST_TEST(grid.volumes().tail(grid.points()).isZero(0.0));
    for (Index i = 0; i < cells; ++i) {
        const double centre = grid.coordinates()(0, i);
        BOOST_TEST(std::abs(0.5 * (grid.lower(i) + grid.upper(i)) - centre) < 1e-14 * length);
        BOOST_TEST(std::abs(grid.upper(i) - grid.lower(i) - grid.volumes()[i]) < 1e-14 * length);
        BOOST_TEST((i == 0 || centre > grid.coordinates()(0, i - 1)));
    }
    BOOST_TEST(grid.faces() + grid.points() == (periodic ? cells : cells - 1));
    for_each_face(grid, [&](Index, Index left, Index right, Index g, int direction) {
        BOOST_TEST((left < cells && right < cells), "no face touches a point cell");
        BOOST_TEST(right == (left + 1) % cells);
        BOOST_TEST(grid.reaches_left()[g] == 0.5 * grid.volumes()[left]);
        BOOST_TEST(grid.reaches_right()[g] == 0.5 * grid.volumes()[right]);
        BOOST_TEST(std::abs(grid.distances()[g] - grid.reaches_left()[g] - grid.reaches_right()[g]) < 1e-15);
        BOOST_TEST(grid.areas()[g] == 1.0);
        BOOST_TEST(direction == 0);
    });
}

/// Every point cell sits between the cells that end there.
void check_points(const Grid& grid, double length)
{
    for (std::size_t k = 0; k < grid.point_cells().size(); ++k) {
        const PointCell& point = grid.point_cells()[k];
        BOOST_TEST(point.site == grid.cells() + static_cast<Index>(k));
        const double place = grid.coordinates()(0, point.site);
        const auto apart = [&](double end) {
            const double turns = (end - place) / length;
            return length * std::abs(turns - std::round(turns));
        };
        BOOST_TEST(apart(grid.upper(point.left)) < 1e-13);
        BOOST_TEST(apart(grid.lower(point.right)) < 1e-13);
        BOOST_TEST(point.reach_left == 0.5 * grid.volumes()[point.left]);
        BOOST_TEST(point.reach_right == 0.5 * grid.volumes()[point.right]);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_uniform_line_and_circle)
{
    const Grid line = make_line(axis(-1.0, 2.0, 12));
    check_geometry(line, 3.0, false);
    BOOST_TEST((line.volumes().array() - 0.25).abs().maxCoeff() < 1e-15);
    BOOST_TEST(line.lower(0) == -1.0);
    BOOST_TEST(line.upper(11) == 2.0);
    BOOST_TEST(line.names().front() == "x");
    const Grid whole = make_line(circle(12, {}));
    check_geometry(whole, 10.0, true);
    BOOST_TEST(whole.faces() == 12);
}

BOOST_AUTO_TEST_CASE(faces_of_a_line_are_one_run_and_the_seam_of_a_circle_another)
{
    const Grid line = make_line(axis(-1.0, 2.0, 12));
    BOOST_REQUIRE(line.runs().size() == 1);
    BOOST_TEST(line.runs()[0].count == 11);
    const Grid whole = make_line(circle(12, {}));
    BOOST_REQUIRE(whole.runs().size() == 2);
    BOOST_TEST(whole.runs()[0].count == 11);
    BOOST_TEST(whole.runs()[1].left == 11);
    BOOST_TEST(whole.runs()[1].right == 0);
    BOOST_TEST(whole.runs()[1].first == 11);
    Index next = 0;
    for_each_face(whole, [&](Index face, Index, Index, Index geometry, int) {
        BOOST_TEST(face == next++);
        BOOST_TEST(geometry == 0, "even cells share their geometry");
    });
}

BOOST_AUTO_TEST_CASE(a_graded_line_has_its_ratio_at_the_named_ends)
{
    for (const char* towards : {"low", "high", "both"}) {
        const Grid grid = make_line(graded(8.0, towards));
        check_geometry(grid, 3.0, false);
        const Field widths = grid.volumes();
        BOOST_TEST(std::abs(widths.maxCoeff() / widths.minCoeff() - 8.0) < 1e-12, towards);
        BOOST_TEST(grid.lower(0) == -1.0);
        BOOST_TEST(grid.upper(10) == 2.0);
        const Field even = make_line(graded(8.0, towards, 10)).volumes();
        BOOST_TEST(std::abs(even.maxCoeff() / even.minCoeff() - 8.0) < 1e-12, towards);
    }
    const Field low = make_line(graded(8.0, "low")).volumes(),
                high = make_line(graded(8.0, "high")).volumes();
    const Field both = make_line(graded(8.0, "both")).volumes();
    BOOST_TEST(std::abs(low[1] / low[0] - std::pow(8.0, 0.1)) < 1e-12);
    BOOST_TEST(std::abs(low[10] / low[9] - std::pow(8.0, 0.1)) < 1e-12);
    BOOST_TEST((low - high.reverse()).norm() < 1e-13);
    BOOST_TEST((both - both.reverse()).norm() < 1e-13);
    BOOST_TEST(both[5] == both.maxCoeff());
}

BOOST_AUTO_TEST_CASE(cells_of_a_circle_end_at_its_points)
{
    for (const std::vector<double>& points :
         {std::vector<double>{3.3}, {0.0}, {9.9, 0.2, 4.0}, {1.0, 1.1, 1.2}, {5.0, 0.5, 9.5, 2.25}}) {
        const Grid grid = make_line(circle(20, points));
        BOOST_TEST(grid.points() == static_cast<Index>(points.size()));
        check_geometry(grid, 10.0, true);
        check_points(grid, 10.0);
        BOOST_TEST(grid.volumes().maxCoeff() < 0.5 * (1.0 + 1e-9));
        BOOST_TEST(grid.cells() <= 20 + grid.points());
    }
}

/// Where points lie closer than a cell the arc between them is one cell with a point at both ends.
BOOST_AUTO_TEST_CASE(two_points_are_never_joined_by_a_face)
{
    const Grid grid = make_line(circle(10, {1.0, 1.1, 1.2}));
    const auto& points = grid.point_cells();
    BOOST_TEST(points[0].right == points[1].left);
    BOOST_TEST(points[1].right == points[2].left);
    check_geometry(grid, 10.0, true);
    check_points(grid, 10.0);
}

BOOST_AUTO_TEST_CASE(points_of_a_circle_are_wrapped_and_told_apart)
{
    const Grid grid = make_line(circle(20, {-1.0, 9.0, 9.0 + 1e-13, 10.0, 23.0}));
    BOOST_REQUIRE(grid.points() == 3);
    const Field places = grid.coordinates().row(0).tail(3).transpose();
    BOOST_TEST(places[0] == 0.0);
    BOOST_TEST(std::abs(places[1] - 3.0) < 1e-14);
    BOOST_TEST(std::abs(places[2] - 9.0) < 1e-12);
    check_geometry(grid, 10.0, true);
    check_points(grid, 10.0);
}

BOOST_AUTO_TEST_CASE(points_of_a_line_lie_inside_it)
{
    Axis line = axis(-1.0, 1.0, 10);
    line.points = {0.33, -1.0, 1.0, 4.0, -0.5};
    const Grid grid = make_line(line);
    BOOST_TEST(grid.points() == 2);
    check_geometry(grid, 2.0, false);
    check_points(grid, 2.0);
    BOOST_TEST(grid.lower(0) == -1.0);
    BOOST_TEST(grid.upper(grid.cells() - 1) == 1.0);
}

BOOST_AUTO_TEST_CASE(axes_that_cannot_be_divided_are_refused)
{
    const auto refused = [](const Axis& line) { return refusal([&] { make_line(line); }); };
    const double infinite = std::numeric_limits<double>::infinity();
    BOOST_TEST(refused(axis(1.0, 1.0, 8)).find("axis 'x': 'from' must lie below 'to'") == 0);
    BOOST_TEST(refused(axis(0.0, infinite, 8)).find("'from' must lie below") != std::string::npos);
    BOOST_TEST(refused(axis(0.0, std::nan(""), 8)).find("'from' must lie below") != std::string::npos);
    BOOST_TEST(refused(axis(0.0, 1.0, 1)).find("at least 2 cells") != std::string::npos);
    BOOST_TEST(refused(graded(0.5, "low")).find("'ratio'") != std::string::npos);
    BOOST_TEST(refused(graded(std::nan(""), "low")).find("'ratio'") != std::string::npos);
    BOOST_TEST(refused(graded(2.0, "left")).find("'towards'") != std::string::npos);
    Axis aligned = graded(2.0, "low"), round = circle(8, {});
    aligned.points = {0.0};
    round.ratio = 2.0;
    BOOST_TEST(refused(aligned).find("graded axis") != std::string::npos);
    BOOST_TEST(refused(round).find("graded axis") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_layout_names_the_parts_of_a_state)
{
    const Layout layout{3, 2, 2};
    BOOST_TEST(layout.sites() == 5);
    BOOST_TEST(layout.masses() == 10);
    BOOST_TEST(layout.size() == 11);
    Field state = Field::LinSpaced(layout.size(), 0.0, 10.0);
    BOOST_TEST(layout.channel(state, 1)[0] == 5.0);
    BOOST_TEST(layout.measure(state).sum() == 45.0);
    BOOST_TEST(state[layout.log_mass()] == 10.0);
    layout.channel(state, 1)[4] = -1.0;
    BOOST_TEST(state[9] == -1.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
