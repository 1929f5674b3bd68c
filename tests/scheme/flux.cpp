// SPDX-License-Identifier: BSD-3-Clause
// What every registered flux between two cells must do, and the face values by limited slopes.
#include "widelimit/scheme/flux.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "support/face_values.hpp"
#include "support/random.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(flux)

namespace {

Axis axis(double from, double to, Index cells)
{
    Axis axis;
    axis.name = "x";
    axis.from = from;
    axis.to = to;
    axis.cells = cells;
    return axis;
}

Grid graded_line()
{
    Axis line = axis(-1.0, 2.0, 24);
    line.ratio = 5.0;
    return make_line(line);
}

Grid circle()
{
    Axis whole = axis(0.0, 1.0, 24);
    whole.low = whole.high = Side::periodic;
    return make_line(whole);
}

using test::random_field;

/// Through all faces of a direction; entries that the scheme leaves out are NaN.
Field sweep(const FluxScheme& scheme, const Grid& grid, const Field& density, const Field& potential,
            const Field& mobility, double temperature, int direction = 0)
{
    const Stencils stencils(grid);
    const bool even = (mobility.array() == mobility[0]).all();
    const FluxInput in{density.data(), 1.0,        potential.data(), even ? nullptr : mobility.data(),
                       mobility[0],    temperature};
    Field flux = Field::Constant(grid.faces(), std::numeric_limits<double>::quiet_NaN());
    Field part(faces_at_once);
    for (const FaceRow& whole : stencils.rows()) {
        if (whole.direction == direction) {
            for_each_part(whole, [&](const FaceRow& row, Index) {
                scheme.sweep(stencils, row, in, part.data());
                for (Index k = 0; k < row.count; ++k) {
                    flux[row.first + k * row.first_stride] = part[k];
                }
            });
        }
    }
    return flux;
}

/// Values at faces and beside point cells; those of ends without either are the averages.
void reconstruct(const Grid& grid, int direction, const Field& density, Field& lower, Field& upper)
{
    const auto muscl = fluxes().find("muscl").make();
    const Field slope = Field::Ones(grid.sites());
    lower = upper = density;
    const Stencils stencils(grid);
    for_each_face(grid, direction, [&](Index face, Index left, Index right, Index g) {
        Field psi = Field::Zero(grid.sites());
        psi[left] = grid.distances()[g] / grid.areas()[g];
        upper[left] = sweep(*muscl, grid, density, psi, slope, 0.0, direction)[face];
        lower[right] = -sweep(*muscl, grid, density, -psi, slope, 0.0, direction)[face];
    });
    for (Index k = 0; k < grid.points(); ++k) {
        const PointSide &before = stencils.left(k), &after = stencils.right(k);
        if (grid.point_cells()[static_cast<std::size_t>(k)].direction != direction) {
            continue;
        }
        if (before.cell != PointCell::nothing) {
            upper[before.cell] = point_value(density[before.far], density[before.cell], before);
        }
        if (after.cell != PointCell::nothing) {
            lower[after.cell] = point_value(density[after.far], density[after.cell], after);
        }
    }
}

double temperature_for(const FluxScheme& scheme)
{
    return scheme.diffuses() ? 0.4 : 0.0;
}

template <class Check>
void for_each_flux(Check check)
{
    int checked = 0;
    for (const auto& [name, entry] : fluxes().all()) {
        const auto scheme = entry.make();
        if (scheme->kind() == FluxScheme::Kind::two_point) {
            BOOST_TEST_CONTEXT(name)
            {
                check(*scheme);
            }
            ++checked;
        }
    }
    BOOST_TEST(checked >= 3);
}

}  // namespace

/// A constant density a in a constant force d flows at a M d.
BOOST_AUTO_TEST_CASE(is_consistent_with_a_constant_force)
{
    const Grid grid = graded_line();
    const Field x = grid.coordinates().row(0).transpose();
    const Field mobility = (1.0 + 0.3 * x.array()).matrix();
    for_each_flux([&](const FluxScheme& scheme) {
        for (const double force : {2.5, -0.7, 0.0}) {
            const Field flux =
                sweep(scheme, grid, Field::Constant(24, 1.7), -force * x, mobility, temperature_for(scheme));
            for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
                const double expected = 1.7 * force * 0.5 * (mobility[left] + mobility[right]);
                BOOST_TEST(std::abs(flux[face] - expected) < 1e-13);
            });
        }
    });
}

/// The measure seen from behind flows the other way.
BOOST_AUTO_TEST_CASE(has_no_preferred_direction)
{
    const Grid grid = make_line(axis(-1.0, 1.0, 20));
    const Field u = random_field(20, 0.0, 2.0, 1), psi = random_field(20, -1.0, 1.0, 2);
    const Field mobility = random_field(20, 0.5, 1.5, 3);
    for_each_flux([&](const FluxScheme& scheme) {
        const double tau = temperature_for(scheme);
        const Field flux = sweep(scheme, grid, u, psi, mobility, tau);
        const Field mirrored = sweep(scheme, grid, u.reverse(), psi.reverse(), mobility.reverse(), tau);
        BOOST_TEST((flux + mirrored.reverse()).norm() < 1e-14 * flux.norm());
    });
}

BOOST_AUTO_TEST_CASE(is_linear_in_the_mobility_and_reaches_every_face_of_a_circle)
{
    const Grid grid = circle();
    const Field u = random_field(24, 0.1, 2.0, 4), psi = random_field(24, -1.0, 1.0, 5);
    for_each_flux([&](const FluxScheme& scheme) {
        const double tau = temperature_for(scheme);
        const Field once = sweep(scheme, grid, u, psi, Field::Ones(24), tau);
        const Field thrice = sweep(scheme, grid, u, psi, Field::Constant(24, 3.0), tau);
        BOOST_TEST(once.size() == 24);
        BOOST_TEST(once.allFinite());
        BOOST_TEST((thrice - 3.0 * once).norm() < 1e-14 * thrice.norm());
    });
}

BOOST_AUTO_TEST_CASE(without_a_force_only_diffusion_moves_anything)
{
    const Grid grid = graded_line();
    const Field u = random_field(24, 0.1, 2.0, 6), level = Field::Constant(24, 0.3);
    for_each_flux([&](const FluxScheme& scheme) {
        const double tau = temperature_for(scheme);
        const Field flux = sweep(scheme, grid, u, level, Field::Ones(24), tau);
        for_each_face(grid, [&](Index face, Index left, Index right, Index g, int) {
            BOOST_TEST(std::abs(flux[face] - tau * (u[left] - u[right]) / grid.distances()[g]) < 1e-12);
        });
    });
}

BOOST_AUTO_TEST_CASE(the_gibbs_state_is_at_rest_where_the_flux_diffuses)
{
    const Grid grid = circle();
    int diffusing = 0;
    for_each_flux([&](const FluxScheme& scheme) {
        for (const double tau : {0.01, 0.3, 10.0}) {
            const Field psi = random_field(24, -1.0, 1.0, 7);
            const Field gibbs = (-psi / tau).array().exp();
            if (scheme.diffuses()) {
                const Field flux = sweep(scheme, grid, gibbs, psi, Field::Ones(24), tau);
                // Relative to the two terms that cancel, of which exp has lost |psi| / tau digits.
                BOOST_TEST(flux.cwiseAbs().maxCoeff() < 1e-13 * 24.0 * gibbs.maxCoeff() * (1.0 + 1.0 / tau));
                ++diffusing;
            }
        }
    });
    BOOST_TEST(diffusing >= 3);
}

/// An empty cell loses nothing.
BOOST_AUTO_TEST_CASE(nothing_leaves_an_empty_cell)
{
    const Grid grid = circle();
    const Field psi = random_field(24, -1.0, 1.0, 8);
    for_each_flux([&](const FluxScheme& scheme) {
        for (Index empty = 0; empty < 24; ++empty) {
            Field u = random_field(24, 0.1, 2.0, 9);
            u[empty] = 0.0;
            const Field flux = sweep(scheme, grid, u, psi, Field::Ones(24), temperature_for(scheme));
            for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
                BOOST_TEST((left != empty || flux[face] <= 0.0));
                BOOST_TEST((right != empty || flux[face] >= 0.0));
            });
        }
    });
}

/// Beside the walls too, where the only neighbour gives the slope.
BOOST_AUTO_TEST_CASE(face_values_of_a_linear_density_are_exact)
{
    for (const Grid& grid : {make_line(axis(-1.0, 2.0, 24)), graded_line()}) {
        const Field x = grid.coordinates().row(0).transpose();
        for (const double slope : {0.8, -0.9}) {
            Field lower, upper;
            reconstruct(grid, 0, (2.0 + slope * x.array()).matrix(), lower, upper);
            for_each_face(grid, [&](Index, Index left, Index right, Index, int) {
                const double expected = 2.0 + slope * grid.upper(left);
                BOOST_TEST(std::abs(upper[left] - expected) < 1e-14);
                BOOST_TEST(std::abs(lower[right] - expected) < 1e-14);
            });
        }
    }
}

/// On grids of every kind, along every direction, against cells one by one.
BOOST_AUTO_TEST_CASE(face_values_are_those_of_each_cell_by_itself)
{
    const auto side = [](const std::string& name, Index cells, Side low, Side high, double ratio) {
        Axis one = axis(-1.0, 1.0, cells);
        one.name = name;
        one.low = low;
        one.high = high;
        one.ratio = ratio;
        return one;
    };
    constexpr Side turn = Side::periodic, wall = Side::no_flux, sink = Side::absorbing;
    Axis kinks = side("x", 24, turn, turn, 1.0);
    kinks.points = {-0.7, 0.1, 0.11, 0.5};
    const std::vector<std::vector<Axis>> grids = {
        {side("x", 9, turn, turn, 1.0)},
        {side("x", 2, turn, turn, 1.0)},
        {kinks},
        {side("x", 7, sink, wall, 1.0), side("y", 6, wall, sink, 1.0)},
        {side("x", 7, turn, turn, 1.0), side("y", 6, turn, turn, 1.0)},
        {side("x", 6, wall, wall, 4.0), side("y", 7, turn, turn, 1.0)},
        {side("x", 5, turn, turn, 1.0), side("y", 4, wall, wall, 1.0), side("z", 6, turn, turn, 1.0)},
        {side("x", 4, wall, wall, 1.0), side("y", 5, wall, wall, 3.0), side("z", 4, sink, sink, 2.0)},
    };
    for (const std::vector<Axis>& axes : grids) {
        const Grid grid = make_grid(axes);
        const Field u = random_field(grid.sites(), 0.0, 2.0, 11);
        for (int direction = 0; direction < grid.directions(); ++direction) {
            Field lower, upper, low, high;
            reconstruct(grid, direction, u, lower, upper);
            test::face_values(grid, direction, u, low, high);
            BOOST_TEST((lower - low).cwiseAbs().maxCoeff() < 4e-15);
            BOOST_TEST((upper - high).cwiseAbs().maxCoeff() < 4e-15);
        }
    }
}

BOOST_AUTO_TEST_CASE(face_values_lie_between_zero_and_twice_the_average)
{
    for (unsigned seed = 0; seed < 50; ++seed) {
        Axis whole = axis(0.0, 1.0, 24);
        whole.low = whole.high = Side::periodic;
        whole.points = {0.11, 0.4, 0.41, 0.9};
        const Grid grid = make_line(whole);
        // Differences over many decades, and empty cells.
        Field u = random_field(grid.sites(), -30.0, 1.0, seed).array().exp();
        u = (u.array() < 1e-9).select(0.0, u);
        Field lower, upper;
        reconstruct(grid, 0, u, lower, upper);
        const double twice = 2.0 * (1.0 + 4e-16);
        for (Index i = 0; i < grid.cells(); ++i) {
            BOOST_TEST((lower[i] >= 0.0 && lower[i] <= twice * u[i]));
            BOOST_TEST((upper[i] >= 0.0 && upper[i] <= twice * u[i]));
        }
    }
}

/// Beside a point cell the only neighbour gives the slope: a jump there is not seen.
BOOST_AUTO_TEST_CASE(face_values_beside_a_point_cell_are_one_sided)
{
    Axis line = axis(-1.0, 1.0, 20);
    line.points = {0.0};
    const Grid grid = make_line(line);
    Field u = Field::Zero(grid.sites());
    for (Index i = 0; i < grid.cells(); ++i) {
        const double x = grid.coordinates()(0, i);
        u[i] = x < 0.0 ? 2.0 + x : 10.0 - 3.0 * x;
    }
    Field lower, upper;
    reconstruct(grid, 0, u, lower, upper);
    const PointCell& point = grid.point_cells().front();
    BOOST_TEST(std::abs(upper[point.left] - 2.0) < 1e-14);
    BOOST_TEST(std::abs(lower[point.right] - 10.0) < 1e-14);
}

/// Differences 1 and 3 have the harmonic mean 3/2.
BOOST_AUTO_TEST_CASE(slopes_are_harmonic_means)
{
    Field u(4), lower, upper;
    u << 1.0, 2.0, 5.0, 5.0;
    reconstruct(make_line(axis(0.0, 4.0, 4)), 0, u, lower, upper);
    BOOST_TEST(std::abs(lower[1] - 1.25) < 1e-15);
    BOOST_TEST(std::abs(upper[1] - 2.75) < 1e-15);
    BOOST_TEST(upper[2] == 5.0);
}

BOOST_AUTO_TEST_CASE(an_extremum_has_no_slope)
{
    const Grid grid = circle();
    Field u = Field::Constant(24, 1.0), lower, upper;
    u[7] = 3.0;
    u[15] = 0.2;
    reconstruct(grid, 0, u, lower, upper);
    BOOST_TEST((lower.array() == u.array()).all());
    BOOST_TEST((upper.array() == u.array()).all());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
