// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/ensemble.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "support/refusal.hpp"
#include "support/threads.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(ensemble)

namespace {

const std::vector<double> times = {0.0, 0.013, 0.5, 1.25};

Problem circle()
{
    return circle_network("square", some_inputs(), some_labels(), 0.01);
}

std::vector<NetworkSpec> networks()
{
    return {{5, 1, Start::random},   {300, 1, Start::random}, {7, 0, Start::quadrature},
            {300, 2, Start::random}, {20, 3, Start::random},  {140, 0, Start::quadrature}};
}

bool same_bits(const NetworkResult& a, const NetworkResult& b)
{
    return a.predictions == b.predictions && a.objective == b.objective && a.coordinates == b.coordinates &&
           a.masses == b.masses && a.signs == b.signs && a.steps == b.steps && a.rejected == b.rejected;
}

std::vector<NetworkResult> simulate_with(int count, const EnsembleProgress& progress = {})
{
    const Threads threads(count);
    return simulate(circle(), networks(), times, {}, progress);
}

}  // namespace

BOOST_AUTO_TEST_CASE(same_bits_for_any_number_of_threads)
{
    const auto one = simulate_with(1);
    for (const int threads : {2, 4}) {
        const auto many = simulate_with(threads);
        for (std::size_t k = 0; k < one.size(); ++k) {
            BOOST_TEST(same_bits(one[k], many[k]), "network " << k << " with " << threads << " threads");
        }
    }
}

/// Each network is what it is without the others, in the order of the specifications.
BOOST_AUTO_TEST_CASE(networks_do_not_see_each_other)
{
    const Problem problem = circle();
    const auto together = simulate(problem, networks(), times);
    for (std::size_t k = 0; k < together.size(); ++k) {
        BOOST_TEST(together[k].masses.size() == networks()[k].width);
        BOOST_TEST(same_bits(together[k], simulate(problem, {networks()[k]}, times).front()));
    }
    BOOST_TEST(!(together[1].predictions == together[3].predictions));
}

BOOST_AUTO_TEST_CASE(a_network_is_a_particle_flow)
{
    const Problem problem = circle();
    const NetworkResult found = simulate(problem, {{30, 9, Start::random}}, times).front();
    Field signs;
    Field state = start(problem, Start::random, 30, 9, signs);
    ParticleFlow flow(problem, signs);
    flow.prepare(state, 0.0);
    BOOST_TEST((found.predictions.row(0).transpose() == flow.evaluation().predictions));
    BOOST_TEST(found.objective[0] == flow.evaluation().objective());
    evolve(flow, state, "rk4", times.back(), 1e-4);
    flow.prepare(state, 0.0);
    BOOST_TEST((found.predictions.row(3).transpose() - flow.evaluation().predictions).norm() < 1e-3);
    BOOST_TEST((found.predictions.row(3) - found.predictions.row(0)).norm() > 0.1);
    BOOST_TEST((found.masses - flow.evaluation().masses).norm() < 1e-3);
    BOOST_TEST((found.signs == signs));
    BOOST_TEST(std::abs(found.objective[3] - flow.evaluation().objective()) < 1e-3);
}

BOOST_AUTO_TEST_CASE(objective_falls)
{
    for (const NetworkResult& network : simulate(circle(), networks(), times)) {
        for (Index k = 1; k < network.objective.size(); ++k) {
            BOOST_TEST(network.objective[k] < network.objective[k - 1]);
        }
    }
}

BOOST_AUTO_TEST_CASE(angles_are_wrapped)
{
    const NetworkResult network = simulate(circle(), {{200, 1, Start::random}}, {3.0}).front();
    BOOST_TEST(network.coordinates.rows() == 1);
    BOOST_TEST(network.coordinates.minCoeff() >= 0.0);
    BOOST_TEST(network.coordinates.maxCoeff() < 2.0 * std::numbers::pi);
    BOOST_TEST(network.predictions.rows() == 1);
}

BOOST_AUTO_TEST_CASE(steps_are_as_small_as_asked)
{
    EnsembleOptions options;
    options.largest_step = 0.01;
    const NetworkResult network = simulate(circle(), {{50, 1, Start::random}}, {1.0}, options).front();
    BOOST_TEST(network.steps >= 100);
    BOOST_TEST(network.rejected == 0);
}

BOOST_AUTO_TEST_CASE(several_coordinates)
{
    const Problem problem = plane_network(any_activation("tanh"), Amplitude::signs);
    const NetworkResult network = simulate(problem, {{50, 1, Start::random}}, times).front();
    BOOST_TEST(network.coordinates.rows() == 2);
    BOOST_TEST(network.coordinates.cols() == 50);
    BOOST_TEST(refusal([&] {
                   simulate(problem, {{52, 1, Start::quadrature}}, times);
               }).find("2 coordinates") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_data)
{
    Problem problem = circle();
    problem.features = nullptr;
    problem.risk = nullptr;
    problem.amplitude = Amplitude::none;
    problem.confinement =
        line_field([](double a) { return std::sin(a); }, [](double a) { return std::cos(a); });
    const NetworkResult network = simulate(problem, {{50, 1, Start::random}}, times).front();
    BOOST_TEST(network.predictions.size() == 0);
    BOOST_TEST(network.objective[3] < network.objective[0]);
}

/// Free diffusion: the mean square of the displacement is 2 tau t if every step draws anew.
BOOST_AUTO_TEST_CASE(every_step_has_noise_of_its_own)
{
    Problem problem;
    problem.coordinates.push_back({"x", "place", false});
    problem.initial.laws = {make_gaussian(0.0, 1e-9)};
    problem.temperature = 0.5;
    EnsembleOptions options;
    options.stepper = "euler-maruyama";
    options.largest_step = 0.05;
    const Index width = 4000;
    const NetworkResult network = simulate(problem, {{width, 1, Start::random}}, {1.0}, options).front();
    const double square = network.coordinates.squaredNorm() / static_cast<double>(width);
    BOOST_TEST(network.steps >= 20);
    BOOST_TEST(std::abs(square - 1.0) < 5.0 * std::sqrt(2.0 / static_cast<double>(width)));
}

BOOST_AUTO_TEST_CASE(seeds_are_shifted)
{
    EnsembleOptions options;
    options.seed_offset = 6;
    const auto shifted = simulate(circle(), {{50, 1, Start::random}}, times, options);
    BOOST_TEST(same_bits(shifted.front(), simulate(circle(), {{50, 7, Start::random}}, times).front()));
}

BOOST_AUTO_TEST_CASE(progress_rises_to_one)
{
    for (const int threads : {1, 2}) {
        std::vector<double> seen;
        simulate_with(threads, [&](double part) { seen.push_back(part); });
        BOOST_TEST(seen.size() >= networks().size());
        BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
        BOOST_TEST(seen.back() == 1.0, boost::test_tools::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(progress_may_stop_it)
{
    const auto stop = [](double) { throw std::runtime_error("enough"); };
    BOOST_CHECK_THROW(simulate_with(2, stop), std::runtime_error);
}

/// A potential without a lower bound: theta reaches infinity in finite time.
BOOST_AUTO_TEST_CASE(a_failure_names_the_network)
{
    Problem problem = circle();
    problem.coordinates = {{"x", "place"}};
    problem.features = nullptr;
    problem.risk = nullptr;
    problem.amplitude = Amplitude::none;
    problem.confinement =
        line_field([](double x) { return -x * x * x * x; }, [](double x) { return -4.0 * x * x * x; });
    const auto names_it = [](const NumericalError& error) {
        return std::string(error.what()).rfind("random network of width 3, seed 8: time ", 0) == 0;
    };
    BOOST_CHECK_EXCEPTION(simulate(problem, {{3, 8, Start::random}}, {100.0}), NumericalError, names_it);
}

BOOST_AUTO_TEST_CASE(times_must_increase)
{
    BOOST_CHECK_THROW(simulate(circle(), networks(), {}), std::logic_error);
    BOOST_CHECK_THROW(simulate(circle(), networks(), {1.0, 1.0}), std::logic_error);
    BOOST_CHECK_THROW(simulate(circle(), networks(), {-1.0, 1.0}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(only_the_start)
{
    const NetworkResult network = simulate(circle(), {{50, 1, Start::random}}, {0.0}).front();
    BOOST_TEST(network.steps == 0);
    BOOST_TEST(network.predictions.rows() == 1);
    BOOST_TEST(network.predictions.row(0).norm() > 0.0);
}

BOOST_AUTO_TEST_SUITE_END()
