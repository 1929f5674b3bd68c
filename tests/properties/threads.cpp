// SPDX-License-Identifier: BSD-3-Clause
// No bit of a result depends on the number of threads.  All problems but one grid are so large that their
// loops are shared; tests/run/ensemble.cpp has the networks of an ensemble.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "support/random.hpp"
#include "support/threads.hpp"
#include "widelimit/run/ensemble.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(threads)

namespace {

using test::random_field;
using test::Threads;

/// 133 standardised points, as many as the motorcycle data have.
Problem regression(double temperature)
{
    Matrix inputs = Matrix::Ones(133, 2);
    inputs.col(0) = random_field(133, -1.7, 2.0, 5);
    const Field targets = (3.0 * inputs.col(0)).array().sin().matrix() + random_field(133, -0.3, 0.3, 6);
    Problem problem = test::circle_network("square", inputs, targets, 5e-3);
    problem.temperature = temperature;
    if (temperature > 0.0) {
        problem.growth = {};
    }
    return problem;
}

/// exp(-|xi|^2 / 500).
class Bell : public Kernel {
public:
    double at(const Field& arguments) const override { return std::exp(-arguments.squaredNorm() / 500.0); }
};

/// Masses of the two signs that do not cancel: else predictions are zero whatever the order of their sums.
Field uneven_state(const Layout& layout)
{
    Field state = Field::Constant(layout.size(), 2.0);
    layout.measure(state) = random_field(layout.masses(), 0.0, 1.0, 7);
    layout.channel(state, 0) *= 2.0;
    layout.measure(state) /= layout.measure(state).sum();
    return state;
}

struct Result {
    Field state;
    double objective = 0.0, limit = 0.0;

    bool operator==(const Result& other) const
    {
        return state == other.state && objective == other.objective && limit == other.limit;
    }
};

/// The grid after some steps, its objective there, and the limit of the next step.
Result solve(const Problem& problem, const Grid& grid, const std::string& flux, const std::string& method,
             int steps)
{
    const auto scheme = fluxes().find(flux).make();
    GridFlow flow(problem, grid, *scheme);
    const auto stepper = make_stepper(method);
    Result result;
    result.state = uneven_state(flow.layout());
    Field trial;
    for (int step = 0; step < steps; ++step) {
        const double dt = 0.5 * std::min(0.01, stepper->limit(flow, result.state, 0.0));
        stepper->try_step(flow, 0.0, dt, result.state, trial);
        flow.tidy(trial);
        result.state.swap(trial);
    }
    result.limit = std::min(1.0, stepper->limit(flow, result.state, 0.0));
    result.objective = flow.evaluation().objective();
    return result;
}

template <class Compute>
void check_same_bits(const Compute& compute)
{
    const auto with = [&](int count) {
        const Threads threads(count);
        return compute();
    };
    const auto one = with(1);
    BOOST_TEST((one == with(1)));
    for (const int count : {2, 3, 4}) {
        BOOST_TEST((one == with(count)), count << " threads");
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(grid_with_point_cells)
{
    const Problem problem = regression(0.0);
    for (const Index cells : {1024, 2048}) {
        const Grid grid = test::kink_grid(problem, cells);
        BOOST_TEST(FreeEnergy(problem, grid).blocks().shared() == (cells > 1024));
        check_same_bits([&] { return solve(problem, grid, "muscl", "ssp-rk3", 20); });
    }
}

/// Long enough that the channels are shared too.
BOOST_AUTO_TEST_CASE(long_grid)
{
    const Problem problem = regression(0.0);
    const Grid grid = test::kink_grid(problem, 10000);
    check_same_bits([&] { return solve(problem, grid, "muscl", "ssp-rk3", 3); });
}

namespace {

/// A discrepancy on a torus of several tiles.
struct Plane {
    Plane()
    {
        Interaction interaction;
        interaction.kernel = std::make_shared<Bell>();
        for (std::size_t k = 0; k < 2; ++k) {
            axes[k].name = k == 0 ? "x" : "y";
            axes[k].cells = k == 0 ? 210 : 180;
            axes[k].low = axes[k].high = Side::periodic;
            problem.coordinates.push_back({axes[k].name, "place", true, 0.0, 1.0});
            problem.initial.laws.push_back(make_uniform(0.0, 1.0, true));
            interaction.on.push_back(static_cast<Index>(k));
        }
        problem.interaction = std::make_shared<Interaction>(interaction);
    }
    void check(const std::string& flux, const std::string& method) const
    {
        const Grid grid = make_grid(axes);
        check_same_bits([&] { return solve(problem, grid, flux, method, 3); });
    }

    Problem problem;
    std::vector<Axis> axes{2};
};

}  // namespace

BOOST_AUTO_TEST_CASE(convolution_in_the_plane)
{
    for (const std::string flux : {"muscl", "upwind", "high-order"}) {
        Plane().check(flux, "ssp-rk3");
    }
}

BOOST_AUTO_TEST_CASE(growth_in_the_plane)
{
    Plane plane;
    for (const auto kind : {Growth::Kind::proportional, Growth::Kind::mean_preserving}) {
        plane.problem.growth = {kind, 2.0};
        plane.check("muscl", "ssp-rk3");
        plane.check("muscl", "split");
    }
}

BOOST_AUTO_TEST_CASE(diffusion_in_the_plane)
{
    Plane plane;
    plane.problem.temperature = 0.01;
    plane.check("scharfetter-gummel", "split");
}

BOOST_AUTO_TEST_CASE(diffusion_by_parts)
{
    const Problem problem = regression(0.01);
    for (const Index cells : {2100, 10000}) {
        const Grid grid = test::plain_circle(cells);
        check_same_bits(
            [&] { return solve(problem, grid, "scharfetter-gummel", "split", cells < 5000 ? 20 : 3); });
    }
}

BOOST_AUTO_TEST_CASE(wide_network_on_the_circle)
{
    const Problem problem = regression(0.0);
    check_same_bits([&] {
        const auto found = simulate(problem, {{5000, 3, Start::random}}, {0.0, 0.1}).front();
        Field all(found.masses.size() * 2 + found.predictions.size() + 2);
        all << found.masses, found.coordinates.transpose(), found.predictions.row(0).transpose(),
            found.predictions.row(1).transpose(), found.objective;
        return all;
    });
}

/// Noise is drawn by whichever thread has the neuron.
BOOST_AUTO_TEST_CASE(wide_network_with_noise)
{
    Problem problem = regression(0.01);
    problem.growth = {};
    EnsembleOptions options;
    options.stepper = "euler-maruyama";
    check_same_bits([&] {
        const auto found = simulate(problem, {{5000, 3, Start::random}}, {0.1}, options).front();
        Field all(found.coordinates.size() + found.predictions.size());
        all << found.coordinates.reshaped(), found.predictions.row(0).transpose();
        return all;
    });
}

/// Features by matrix products, with an amplitude that is trained.
BOOST_AUTO_TEST_CASE(wide_network_in_the_plane)
{
    const Problem problem = test::plane_network(test::any_activation("tanh"), Amplitude::axis);
    check_same_bits([&] {
        const auto found = simulate(problem, {{5000, 3, Start::random}}, {0.1}).front();
        Field all(found.coordinates.size() + found.predictions.size());
        all << found.coordinates.reshaped(), found.predictions.row(0).transpose();
        return all;
    });
}

/// Wide and narrow networks: some go through the pool one beside the other, the loops within them do not.
BOOST_AUTO_TEST_CASE(ensemble_of_wide_networks)
{
    const Problem problem = regression(0.0);
    const std::vector<NetworkSpec> networks = {
        {3000, 1, Start::random}, {50, 1, Start::random}, {2500, 2, Start::quadrature}};
    const auto all = [&] {
        std::vector<Matrix> found;
        for (const NetworkResult& network : simulate(problem, networks, {0.05})) {
            found.push_back(network.predictions);
            found.push_back(network.coordinates);
        }
        return found;
    };
    check_same_bits(all);
    for (std::size_t k = 0; k < networks.size(); ++k) {
        const Threads threads(2);
        const NetworkResult alone = simulate(problem, {networks[k]}, {0.05}).front();
        BOOST_TEST((alone.coordinates == all()[2 * k + 1]));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
