// SPDX-License-Identifier: BSD-3-Clause
// Flows on S^2: solid-body rotation through the flux scheme alone, the imprint of the
// twelve cells with five corners, what rotated data do, and implicit diffusion.
#include <boost/test/unit_test.hpp>

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "support/problem_case.hpp"
#include "support/random.hpp"
#include "support/sanitized.hpp"
#include "support/sphere.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(sphere_flows)

namespace {

namespace tt = boost::test_tools;
using Point = Eigen::Vector3d;

Eigen::Matrix3d some_rotation(unsigned seed = 7)
{
    std::mt19937 bits(seed);
    std::normal_distribution<double> normal;
    return Eigen::Quaterniond(normal(bits), normal(bits), normal(bits), normal(bits))
        .normalized()
        .toRotationMatrix();
}

/// Volume flows through all faces of the rotation u' = axis x u: differences of the stream function u . axis
/// between the ends of an arc, so that every cell keeps its volume.
Field rotation_flows(const Grid& grid, const Point& axis)
{
    Field flows(grid.faces());
    for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
        std::vector<Point> ends;
        for (Index k = 0; k < 6; ++k) {
            const Point corner = grid.corners().col(6 * left + k);
            for (Index l = 0; l < 6 && ends.size() < 2; ++l) {
                const bool same = (corner - Point(grid.corners().col(6 * right + l))).norm() < 1e-9;
                const bool known = !ends.empty() && (corner - ends.front()).norm() < 1e-9;
                if (same && !known) {
                    ends.push_back(corner);
                    break;
                }
            }
        }
        BOOST_REQUIRE(ends.size() == 2U);
        const Point a = grid.coordinates().col(left), b = grid.coordinates().col(right);
        const double side = a.cross(b).dot(ends[1] - ends[0]) > 0.0 ? 1.0 : -1.0;
        flows[face] = side * axis.dot(ends[1] - ends[0]);
    });
    return flows;
}

/// d_t u = -div(u v) for given volume flows: each face alone, with the drop of psi that has its flow.
Field rate_of(const Stencils& stencils, const FluxScheme& scheme, const Field& flows, const Field& density)
{
    const Grid& grid = stencils.grid();
    MeshSlopes::Gradients slopes;
    stencils.gradients(density.data(), slopes);
    Field rate = Field::Zero(grid.cells()), psi = rate;
    FluxInput in{density.data(), 1.0, psi.data(), nullptr, 1.0, 0.0};
    in.slopes = scheme.reconstructs() ? &slopes : nullptr;
    for (const FaceRow& row : stencils.rows()) {
        for (Index k = 0; k < row.count; ++k) {
            const FaceRow face = row.part(k, 1);
            const FaceGeometry geometry = stencils.geometry(face.geometry);
            psi[face.left] = flows[face.first] / (geometry.area * geometry.per_distance);
            psi[face.right] = 0.0;
            double flux = 0.0;
            scheme.sweep(stencils, face, in, &flux);
            rate[face.left] -= flux / grid.volumes()[face.left];
            rate[face.right] += flux / grid.volumes()[face.right];
        }
    }
    return rate;
}

Field hill(const Grid& grid, const Point& top)
{
    return (2.0 * (grid.coordinates().transpose() * top).array() - 2.0).exp();
}

struct Turned {
    double error, least, mass_change, highest;
};

/// A smooth hill after a third of a turn around an axis between the mesh's own.
Turned turned(Index subdivision, const std::string& name, const Matrix& places = {})
{
    const Grid grid = make_sphere(subdivision, places);
    const Stencils stencils(grid);
    const auto scheme = fluxes().find(name).make();
    const Point axis = Point(0.4, -0.3, 0.7).normalized(), top = Point(0.2, 0.9, 0.1).normalized();
    const Field flows = rotation_flows(grid, axis);
    Field u = hill(grid, top);
    const Field start = u;
    const double end = 2.0 * pi / 3.0;
    const int steps = static_cast<int>(6 * subdivision);
    const double dt = end / steps;
    for (int k = 0; k < steps; ++k) {
        const Field first = u + dt * rate_of(stencils, *scheme, flows, u);
        const Field second = 0.75 * u + 0.25 * (first + dt * rate_of(stencils, *scheme, flows, first));
        u = (u + 2.0 * (second + dt * rate_of(stencils, *scheme, flows, second))) / 3.0;
    }
    const Field exact = hill(grid, Eigen::AngleAxisd(end, axis) * top);
    return {(u - exact).cwiseAbs().dot(grid.volumes()) / exact.dot(grid.volumes()), u.minCoeff(),
            std::abs((u - start).dot(grid.volumes())) / start.dot(grid.volumes()), u.maxCoeff()};
}

Problem drift_problem(const std::string& more = "")
{
    return test::make_problem(
        "[problem]\nname = \"von-mises-fisher\"\naxis = [0.3, -0.5, 0.4]\n"
        "initial = { law = \"zonal\", axis = [0.3, -0.5, 0.4], coefficients = [0.3, 0.2] }\n" +
        more);
}

Field run(GridFlow& flow, const std::string& stepper, double end, double courant = 0.9)
{
    const auto take = make_stepper(stepper);
    Field state = initial_state(flow.problem(), flow.grid(), flow.layout()), trial = state;
    for (double t = 0.0; t < end;) {
        const double dt = std::min(courant * take->limit(flow, state, t), end - t);
        take->try_step(flow, t, dt, state, trial);
        flow.tidy(trial);
        state = trial;
        t += dt;
    }
    return state;
}

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_turned_hill_converges_with_the_order_of_the_scheme, *test::UnlessSanitized())
{
    for (const auto& [name, order, room] :
         std::vector<std::tuple<std::string, double, double>>{{"muscl", 2.0, 0.25}, {"upwind", 1.0, 0.3}}) {
        const Turned coarse = turned(6, name), middle = turned(12, name), fine = turned(24, name);
        BOOST_TEST(std::log2(coarse.error / middle.error) == order, tt::tolerance(room));
        BOOST_TEST(std::log2(middle.error / fine.error) == order, tt::tolerance(room));
        BOOST_TEST(fine.least > 0.0);
        BOOST_TEST(fine.highest < 1.0);
        BOOST_TEST(fine.mass_change < 1e-13);
    }
}

/// Centres that move onto places leave the order as it is.
BOOST_AUTO_TEST_CASE(a_fitted_mesh_has_the_order_of_the_scheme, *test::UnlessSanitized())
{
    const Field numbers = test::random_field(36, -1.0, 1.0, 3);
    const Matrix places = Eigen::Map<const Matrix>(numbers.data(), 3, 12).colwise().normalized();
    const Turned coarse = turned(6, "muscl", places), middle = turned(12, "muscl", places),
                 fine = turned(24, "muscl", places);
    BOOST_TEST(std::log2(coarse.error / middle.error) > 1.7);
    BOOST_TEST(std::log2(middle.error / fine.error) > 1.7);
    BOOST_TEST(fine.error < 2.0 * turned(24, "muscl").error);
    BOOST_TEST(fine.least > 0.0);
    BOOST_TEST(fine.mass_change < 1e-13);
}

BOOST_AUTO_TEST_CASE(a_uniform_density_stays_so_under_rotation)
{
    const Grid grid = make_sphere(12);
    const Stencils stencils(grid);
    const auto scheme = fluxes().find("muscl").make();
    const Field flows = rotation_flows(grid, Point(0.4, -0.3, 0.7));
    const Field rate = rate_of(stencils, *scheme, flows, Field::Ones(grid.cells()));
    BOOST_TEST(rate.cwiseAbs().maxCoeff() < 1e-12);
}

BOOST_AUTO_TEST_CASE(cells_with_five_corners_are_no_worse_than_others)
{
    const Problem problem = drift_problem();
    const Grid grid = make_sphere(24);
    const auto scheme = fluxes().find("muscl").make();
    GridFlow flow(problem, grid, *scheme);
    const Field state = run(flow, "ssp-rk3", 1.0);
    const Field density = state.head(grid.cells()).cwiseQuotient(grid.volumes());
    const Field error = (density - problem.exact->density(1.0, grid.coordinates(), 1.0)).cwiseAbs();
    std::vector<Point> five;
    for (Index cell = 0; cell < grid.cells(); ++cell) {
        if (grid.corners().col(6 * cell + 4) == grid.corners().col(6 * cell + 5)) {
            five.emplace_back(grid.coordinates().col(cell));
        }
    }
    BOOST_REQUIRE(five.size() == 12U);
    std::vector<double> near, elsewhere;
    const double reach = 2.5 * std::sqrt(4.0 * pi / static_cast<double>(grid.cells()));
    for (Index cell = 0; cell < grid.cells(); ++cell) {
        const Point u = grid.coordinates().col(cell);
        const bool close =
            std::any_of(five.begin(), five.end(), [&](const Point& p) { return (p - u).norm() < reach; });
        (close ? near : elsewhere).push_back(error[cell]);
    }
    BOOST_TEST(median(near) < 1.5 * median(elsewhere));
    BOOST_TEST(*std::max_element(near.begin(), near.end()) <
               1.5 * *std::max_element(elsewhere.begin(), elsewhere.end()));
}

/// Predictions do not know how the mesh lies: those of turned data differ by the scheme's error alone.
BOOST_AUTO_TEST_CASE(turned_data_have_the_same_predictions_up_to_the_error_of_the_scheme,
                     *test::UnlessSanitized())
{
    Matrix inputs(4, 3);
    inputs << 0.9, 0.1, -0.3, -0.5, 0.8, 0.2, 0.3, -0.4, 0.9, -0.6, -0.7, -0.2;
    Field targets(4);
    targets << 0.8, -0.6, 0.5, -0.9;
    const std::string text =
        "[network]\nbias = false\n[problem]\ndecay = 0.01\n[problem.initial]\nlaw = \"uniform\"\n";
    const auto predictions = [&](Index n, const Matrix& rows) {
        const Data data = test::points(rows, targets, false);
        const Problem problem = test::make_problem(text, &data);
        const Grid grid = make_sphere(n);
        const auto scheme = fluxes().find("muscl").make();
        GridFlow flow(problem, grid, *scheme);
        return flow.energy().predictions(run(flow, "ssp-rk3", 2.0));
    };
    const Eigen::Matrix3d turn = some_rotation();
    const Field finest = predictions(48, inputs);
    const auto apart = [&](Index n) {
        return (predictions(n, inputs) - predictions(n, inputs * turn.transpose())).norm();
    };
    const double coarse = apart(8), middle = apart(16), fine = apart(32);
    BOOST_TEST(middle < 0.6 * coarse);
    BOOST_TEST(fine < middle);
    BOOST_TEST(fine < (predictions(32, inputs) - finest).norm());
    BOOST_TEST(finest.norm() > 0.3);
}

/// Growth 4 of (a, w) on S^2 against growth 2 of the balanced directions: what starts balanced stays so.
BOOST_AUTO_TEST_CASE(the_amplitude_of_a_general_start_is_a_coordinate_of_every_cell)
{
    Matrix inputs(3, 1);
    inputs << -1.0, 0.2, 0.9;
    Field targets(3);
    targets << 0.5, -0.4, 0.7;
    const Data data = test::points(inputs, targets, false);
    const Problem problem =
        test::make_problem("[network]\nstart = \"general\"\n[problem]\ndecay = 0.1\n", &data);
    const Grid grid = make_sphere(10);
    const auto scheme = fluxes().find("muscl").make();
    GridFlow flow(problem, grid, *scheme);
    const Field state = initial_state(problem, grid, flow.layout());
    // E |theta|^2 = 3 of a standard Gaussian in three dimensions.
    BOOST_TEST(std::exp(state[flow.layout().log_mass()]) == 3.0, tt::tolerance(1e-3));
    const Field random = test::random_field(state.size(), 0.1, 1.0, 3);
    Field other = state;
    other.head(grid.cells()) = random.head(grid.cells());
    Field direct = Field::Zero(3);
    const double mass = std::exp(other[flow.layout().log_mass()]);
    for (Index cell = 0; cell < grid.cells(); ++cell) {
        const Point u = grid.coordinates().col(cell);
        for (Index i = 0; i < 3; ++i) {
            direct[i] += mass * other[cell] * u[0] * std::max(0.0, u[1] * inputs(i, 0) + u[2]);
        }
    }
    BOOST_TEST((flow.energy().predictions(other) - direct).norm() < 1e-10 * direct.norm());
    flow.prepare(other, 0.0);
    const Field psi = flow.potential(0), r = problem.risk->slope(direct);
    for (Index cell = 0; cell < grid.cells(); cell += 37) {
        const Point u = grid.coordinates().col(cell);
        double expected = 0.05;
        for (Index i = 0; i < 3; ++i) {
            expected += r[i] * u[0] * std::max(0.0, u[1] * inputs(i, 0) + u[2]);
        }
        BOOST_TEST(psi[cell] == expected, tt::tolerance(1e-10));
    }
}

BOOST_AUTO_TEST_CASE(implicit_diffusion_keeps_mass_sign_and_the_gibbs_state)
{
    const Problem problem = drift_problem("temperature = 0.2\n");
    const Grid grid = make_sphere(10);
    const auto scheme = fluxes().find("scharfetter-gummel").make();
    GridFlow flow(problem, grid, *scheme);
    const auto stepper = make_stepper("split");
    Field state = initial_state(problem, grid, flow.layout()), trial = state;
    flow.prepare(state, 0.0);
    flow.parts().front()->advance(trial, 50.0, Advance::robust);
    BOOST_TEST(trial.head(grid.cells()).minCoeff() > 0.0);
    BOOST_TEST(trial.head(grid.cells()).sum() == 1.0, tt::tolerance(1e-12));
    Field gibbs = problem.exact->minimiser_density(1.0, grid.coordinates()).cwiseProduct(grid.volumes());
    gibbs /= gibbs.sum();
    state.head(grid.cells()) = gibbs;
    stepper->try_step(flow, 0.0, 5.0, state, trial);
    BOOST_TEST((trial - state).cwiseAbs().maxCoeff() < 1e-13);
    BOOST_TEST(flow.dissipation(state) < 1e-20);
    // Half a second by many explicit and by few implicit steps.
    GridFlow other(problem, grid, *scheme);
    const Field slow = run(other, "ssp-rk3", 0.5), quick = run(flow, "split", 0.5, 0.2);
    BOOST_TEST((slow - quick).head(grid.cells()).lpNorm<1>() < 1e-3);
    BOOST_TEST((slow - initial_state(problem, grid, flow.layout())).head(grid.cells()).lpNorm<1>() > 0.1);
}

/// More features than are held are evaluated block by block, to the same predictions and the same potential.
BOOST_AUTO_TEST_CASE(features_beyond_those_that_are_held_are_evaluated_anew)
{
    const Index n = FreeEnergy::most_held / 10242 + 1;
    const Field numbers = test::random_field(3 * n, -1.0, 1.0, 1);
    const Matrix inputs = Eigen::Map<const Matrix>(numbers.data(), n, 3);
    const Problem problem = test::sphere_network("square", inputs, test::random_field(n, -1.0, 1.0, 2), 0.1);
    const Grid grid = make_sphere(32);
    const FreeEnergy energy(problem, grid);
    BOOST_REQUIRE(!energy.held());
    Field state = initial_state(problem, grid, energy.layout());
    state.head(grid.cells()) =
        test::random_field(grid.cells(), 0.0, 1.0, 3) / static_cast<double>(grid.cells());
    const Field f = energy.predictions(state), r = problem.risk->slope(f);
    Field psi;
    energy.potential(r, psi);
    const double mass = std::exp(state[energy.layout().log_mass()]);
    for (const Index i : {Index{0}, Index{1234}, n - 1}) {
        const Field feature = (inputs.row(i) * grid.coordinates()).cwiseMax(0.0).transpose();
        const double direct = mass * (feature.dot(energy.layout().channel(state, 0)) -
                                      feature.dot(energy.layout().channel(state, 1)));
        BOOST_TEST(f[i] == direct, tt::tolerance(1e-10));
    }
    for (const Index cell : {Index{5}, Index{7777}}) {
        const double pull = (inputs * grid.coordinates().col(cell)).cwiseMax(0.0).dot(r);
        BOOST_TEST(psi[cell] == 0.1 + pull, tt::tolerance(1e-10));
        BOOST_TEST(psi[grid.cells() + cell] == 0.1 - pull, tt::tolerance(1e-10));
    }
    // By the gradients at the centres, not by differences: bounded by what one datum could do to all.
    const double response = energy.response(state, f);
    BOOST_TEST(response > 0.0);
    BOOST_TEST(response < 2.0 * mass * 3.0 * inputs.rowwise().squaredNorm().maxCoeff());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
