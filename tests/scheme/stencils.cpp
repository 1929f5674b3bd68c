// SPDX-License-Identifier: BSD-3-Clause
// The faces of a grid in rows, and the blocks of cells that threads share.
#include "widelimit/scheme/stencils.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <utility>

#include "support/random.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(stencils)

namespace {

Axis axis(const std::string& name, Index cells, bool circle, double ratio = 1.0)
{
    Axis axis;
    axis.name = name;
    axis.cells = cells;
    axis.low = axis.high = circle ? Side::periodic : Side::no_flux;
    axis.ratio = ratio;
    return axis;
}

/// Arcs of one, of two, and of many cells between points.
Axis kinked_axis(bool circle)
{
    Axis kinked = axis("x", 40000, circle);
    kinked.points = {0.1, 0.10001, 0.10004, 0.25, 0.2503, 0.7};
    return kinked;
}

/// More than one tile each, but for the first.
std::vector<Grid> grids()
{
    std::vector<Grid> grids;
    grids.push_back(make_grid({axis("x", 5, true), axis("y", 3, false)}));
    grids.push_back(make_grid({axis("x", 40000, true)}));
    grids.push_back(make_grid({axis("x", 150, true), axis("y", 301, true)}));
    grids.push_back(make_grid({axis("x", 300, false), axis("y", 150, true)}));
    grids.push_back(make_grid({axis("x", 200, false, 5.0), axis("y", 170, false)}));
    grids.push_back(make_grid({axis("x", 50, true), axis("y", 20, false), axis("z", 33, true)}));
    for (const bool circle : {true, false}) {
        grids.push_back(make_line(kinked_axis(circle)));
    }
    grids.push_back(make_sphere(48));
    return grids;
}

struct Ends {
    Index left = PointCell::nothing, right = PointCell::nothing;
};

std::vector<Ends> faces_of(const Grid& grid)
{
    std::vector<Ends> ends(static_cast<std::size_t>(grid.faces()));
    for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
        ends[static_cast<std::size_t>(face)] = {left, right};
    });
    return ends;
}

std::map<std::pair<Index, Index>, Index> numbers_of_faces(const Grid& grid)
{
    std::map<std::pair<Index, Index>, Index> numbers;
    for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
        numbers[{left, right}] = face;
    });
    return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_hold_every_face_once_with_its_cells_and_geometry)
{
    for (const Grid& grid : grids()) {
        const Stencils stencils(grid);
        Field seen = Field::Zero(grid.faces());
        const std::vector<Ends> ends = faces_of(grid);
        Index wrong = 0;
        for (const FaceRow& row : stencils.rows()) {
            for (Index k = 0; k < row.count; ++k) {
                const FaceRow face = row.part(k, 1);
                const Ends& expected = ends[static_cast<std::size_t>(face.first)];
                wrong += face.left != expected.left || face.right != expected.right;
                ++seen[face.first];
            }
        }
        BOOST_TEST(wrong == 0);
        BOOST_TEST((seen.array() == 1.0).all());
        for_each_face(grid, [&](Index, Index, Index, Index g, int) {
            wrong += grid.areas()[g] <= 0.0 || grid.distances()[g] <= 0.0;
        });
        BOOST_TEST(wrong == 0);
    }
}

BOOST_AUTO_TEST_CASE(rows_are_long_on_boxes)
{
    const Grid grid = make_grid({axis("x", 150, true), axis("y", 301, true)});
    std::size_t long_rows = 0;
    const Stencils stencils(grid);
    for (const FaceRow& row : stencils.rows()) {
        long_rows += row.count > 100;
    }
    BOOST_TEST(long_rows >= 150);
    BOOST_TEST(stencils.rows().size() <= 150 + 12);
}

/// A tile has its own cells at either side of every face, once.
BOOST_AUTO_TEST_CASE(tiles_have_both_sides_of_every_face_once)
{
    for (const Grid& grid : grids()) {
        const Stencils stencils(grid);
        BOOST_TEST((stencils.tiles().size() > 1 || grid.cells() < 100));
        Field left = Field::Zero(grid.faces()), right = left;
        const std::map<std::pair<Index, Index>, Index> numbers = numbers_of_faces(grid);
        Index wrong = 0, cells = 0;
        const auto count = [&](const FaceRow& row, const FaceRange& range, Index FaceRow::*end, Field& seen,
                               const auto& inside) {
            std::vector<double> open(static_cast<std::size_t>(row.count), 1.0);
            row.close_gaps(open.data());
            for (Index k = 0; k < row.count; ++k) {
                const bool lies_across_a_point =
                    stencils.geometry(row.geometry + k * row.geometry_stride).area == 0.0;
                open[static_cast<std::size_t>(k)] *= lies_across_a_point ? 0.0 : 1.0;
            }
            for (Index k = range.from; k < range.to; ++k) {
                const FaceRow face = row.part(k, 1);
                const auto found = numbers.find({face.left, face.right});
                const bool is_open = open[static_cast<std::size_t>(k)] == 1.0;
                wrong += !inside(face.*end) || (is_open && found == numbers.end());
                if (is_open && found != numbers.end()) {  // in gaps lie faces with other far cells too
                    ++seen[found->second];
                }
            }
        };
        for (const Tile& tile : stencils.tiles()) {
            const auto inside = [&](Index cell) {
                return cell >= tile.first && cell < tile.first + tile.count;
            };
            wrong += tile.first != cells;
            cells += tile.count;
            for (const Tile::Piece& piece : tile.pieces) {
                count(piece.row, piece.left, &FaceRow::left, left, inside);
                count(piece.row, piece.right, &FaceRow::right, right, inside);
            }
        }
        BOOST_TEST(wrong == 0);
        BOOST_TEST(cells == grid.cells());
        BOOST_TEST((left.array() == 1.0).all());
        BOOST_TEST((right.array() == 1.0).all());
    }
}

/// Along every axis of a cube: rows through many lines, and few beside them.
BOOST_AUTO_TEST_CASE(tiles_have_few_rows_along_every_axis)
{
    const Grid grid = make_grid({axis("x", 64, true), axis("y", 64, true), axis("z", 64, true)});
    const Stencils stencils(grid);
    for (const Tile& tile : stencils.tiles()) {
        std::vector<int> pieces(3, 0);
        for (const Tile::Piece& piece : tile.pieces) {
            ++pieces[static_cast<std::size_t>(piece.row.direction)];
        }
        BOOST_TEST(*std::max_element(pieces.begin(), pieces.end()) <= 40);
    }
}

/// The arcs between points are one row, but for the ends of the line.
BOOST_AUTO_TEST_CASE(tiles_have_few_rows_across_points)
{
    for (const bool circle : {true, false}) {
        const Stencils stencils(make_line(kinked_axis(circle)));
        BOOST_TEST((stencils.rows().size() > 10));
        for (const Tile& tile : stencils.tiles()) {
            BOOST_TEST(tile.pieces.size() <= 4);
        }
    }
}

BOOST_AUTO_TEST_CASE(gaps_are_closed_from_any_face_of_a_row_on)
{
    FaceRow row;
    row.count = 17;
    row.period = 5;
    row.gap = 2;
    for (const Index from : {0, 1, 3, 4, 5, 11}) {
        const FaceRow part = row.part(from, row.count - from);
        std::vector<double> flux(static_cast<std::size_t>(part.count), 1.0);
        part.close_gaps(flux.data());
        for (Index k = 0; k < part.count; ++k) {
            BOOST_TEST(flux[static_cast<std::size_t>(k)] == ((from + k) % 5 < 3 ? 1.0 : 0.0));
        }
    }
}

/// What a flow adds to each cell, tile by tile, is what its fluxes through all faces add up to.
BOOST_AUTO_TEST_CASE(rates_are_differences_of_fluxes)
{
    for (const Grid& grid : grids()) {
        if (grid.axes().empty()) {
            continue;
        }
        Problem problem;
        problem.confinement = quadratic_field(1.0);
        for (const DividedAxis& divided : grid.axes()) {
            problem.coordinates.push_back({divided.name, "place"});
            problem.initial.laws.push_back(make_uniform(0.0, 1.0, false));
        }
        for (const std::string name : {"muscl", "upwind"}) {
            const auto scheme = fluxes().find(name).make();
            GridFlow flow(problem, grid, *scheme);
            Field state = test::random_field(flow.layout().size(), 0.0, 1.0, 3);
            state[flow.layout().log_mass()] = 0.0;
            flow.prepare(state, 0.0);
            ChannelFlux flux;
            flow.flux(state, 0, flux);
            Field expected = Field::Zero(state.size()), rate = expected;
            for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
                expected[left] -= flux.faces[face];
                expected[right] += flux.faces[face];
            });
            for (std::size_t k = 0; k < grid.point_cells().size(); ++k) {
                const PointCell& point = grid.point_cells()[k];
                const auto number = static_cast<Index>(k);
                expected[point.site] += flux.point_left[number] - flux.point_right[number];
                expected[point.left] -= flux.point_left[number];
                expected[point.right] += flux.point_right[number];
            }
            flow.parts().front()->add_rate(state, rate);
            BOOST_TEST((rate - expected).cwiseAbs().maxCoeff() < 1e-14 * expected.cwiseAbs().maxCoeff());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
