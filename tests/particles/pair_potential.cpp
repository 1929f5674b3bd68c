// SPDX-License-Identifier: BSD-3-Clause
// Kernels between particles: forces are slopes of the discrepancy; particles follow what is known of a flow.
#include "widelimit/particles/pair_potential.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "support/refusal.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/particles/start.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(pair_potentials)

namespace {

Problem problem_of(const std::string& toml)
{
    return Case(parse_toml(toml + "\n[time]\nend = 1.0\n[particles]\nwidths = [2]\n", "case.toml"), "case")
        .problem;
}

const std::string circles =
    "grid.axes.x = { from = -1, to = 2, cells = 32, sides = 'periodic' }\n"
    "grid.axes.y = { from = 0, to = 1, cells = 32, sides = 'periodic' }\n";
const std::string lines = "grid.axes.x = { from = -6, to = 6 }\ngrid.axes.y = { from = -6, to = 6 }\n";

std::string discrepancy(const std::string& kernel, const std::string& more)
{
    return "problem.name = 'discrepancy'\nproblem.kernel = " + kernel + "\n" + more;
}

/// Every kernel that is smooth, with targets of both sorts.
std::vector<std::string> samples()
{
    const std::string atoms = "problem.target.atoms = [[0.2, 0.3, 0.5], [0.9, 0.8, -0.2]]\n";
    return {
        discrepancy("{ name = 'gaussian', width = 0.4 }", circles + atoms),
        discrepancy("{ name = 'trigonometric', modes = 3, strength = 2 }",
                    circles + "problem.target = { law = 'uniform', mass = 0.7 }\n"),
        discrepancy("{ name = 'bump', width = 0.2, on = 'y' }", circles + "problem.amplitude = 'signs'\n"),
        discrepancy("{ name = 'gaussian', width = 0.7 }", lines + atoms),
        discrepancy("{ name = 'bump', width = 0.8 }",
                    lines + "problem.target = { law = 'gaussian', deviation = 0.5 }\n"),
        discrepancy("{ name = 'quadratic', strength = -0.3 }", lines + atoms),
        discrepancy("{ name = 'gaussian', width = 0.5, on = 'y' }",
                    lines + "problem.amplitude = 'axis'\n" + "problem.target.atoms = [[0.4, 1.0]]\n")};
}

Matrix some_points(Index count)
{
    Matrix points(2, count);
    points.row(0) = test::random_field(count, -0.9, 1.9, 1).transpose();
    points.row(1) = test::random_field(count, 0.1, 0.9, 2).transpose();
    return points;
}

}  // namespace

/// dD / dx_i = q_i grad g(x_i), dD / dq_i = g(x_i).
BOOST_AUTO_TEST_CASE(forces_are_slopes_of_the_discrepancy)
{
    const Index count = 6;
    for (const std::string& sample : samples()) {
        const Problem problem = problem_of(sample);
        const PairPotential pairs(problem);
        const Matrix points = some_points(count);
        const Field charges = test::random_field(count, -1.0, 1.0, 3);
        Field g, unused;
        Matrix gradient, slopes;
        const double scale = 1.0 + std::abs(pairs.evaluate(points, charges, g, gradient));
        const double h = 1e-4;
        for (Index i = 0; i < count; ++i) {
            for (Index k = 0; k < 2; ++k) {
                Matrix ahead = points, behind = points;
                ahead(k, i) += h;
                behind(k, i) -= h;
                const double force = (pairs.evaluate(ahead, charges, unused, slopes) -
                                      pairs.evaluate(behind, charges, unused, slopes)) /
                                     (2.0 * h);
                BOOST_TEST(std::abs(force - charges[i] * gradient(k, i)) < 2e-4 * scale, sample);
            }
            const Field more = charges + h * Field::Unit(count, i),
                        less = charges - h * Field::Unit(count, i);
            const double rise = (pairs.evaluate(points, more, unused, slopes) -
                                 pairs.evaluate(points, less, unused, slopes)) /
                                (2.0 * h);
            BOOST_TEST(std::abs(rise - g[i]) < 2e-4 * scale, sample);
        }
    }
}

/// A particle flow's energy falls at the rate that it states.
BOOST_AUTO_TEST_CASE(the_dissipation_is_the_rate_at_which_the_objective_falls)
{
    for (const std::string& sample : samples()) {
        const Problem problem = problem_of(sample);
        const Index count = 5;
        Field signs = Field::Ones(count);
        if (problem.amplitude == Amplitude::signs) {
            signs[2] = -1.0;
        }
        ParticleFlow flow(problem, signs);
        Field state = Field::Zero(flow.layout().size()), rate;
        flow.layout().points(state) = some_points(count);
        flow.layout().log_masses(state).setConstant(std::log(0.2));
        flow.rate(state, rate, 0.0);
        const double stated = flow.dissipation(), h = 1e-4 / (1.0 + rate.cwiseAbs().maxCoeff());
        flow.prepare(state + h * rate, 0.0);
        const double ahead = flow.evaluation().objective();
        flow.prepare(state - h * rate, 0.0);
        const double observed = (flow.evaluation().objective() - ahead) / (2.0 * h);
        BOOST_TEST(std::abs(observed - stated) < 1e-3 * (1e-3 + stated),
                   sample << ": " << observed << ", " << stated);
    }
}

/// Equispaced atoms under the Sobolev kernel of order 1 towards the uniform law: E = 1 / (24 N^2) at rest.
BOOST_AUTO_TEST_CASE(even_atoms_rest_at_the_floor)
{
    Problem problem = problem_of(
        "problem.name = 'discrepancy'\nproblem.kernel = 'sobolev'\nproblem.target = { law = 'uniform' }\n"
        "grid.axes.x = { from = 0, to = 1, cells = 32, sides = 'periodic' }\n");
    auto finer = std::make_shared<Interaction>(*problem.interaction);
    finer->modes = {2000};
    problem.interaction = finer;
    const PairPotential pairs(problem);
    const Index n = 10;
    const Matrix points = Field::LinSpaced(n, 0.03, 0.93).transpose();
    Field g;
    Matrix gradient;
    const double value = pairs.evaluate(points, Field::Constant(n, 0.1), g, gradient);
    // What lies beyond 2000 modes: every tenth mode has the whole charge.
    const double beyond = 1.0 / (4.0 * pi * pi * 10.0 * 2000.0);
    BOOST_TEST(std::abs(value + beyond - 1.0 / 2400.0) < 1e-8);
    BOOST_TEST(gradient.cwiseAbs().maxCoeff() < 1e-9);
}

BOOST_AUTO_TEST_CASE(a_kernel_on_a_circle_and_a_line_is_refused)
{
    const std::string toml = discrepancy("{ name = 'gaussian', width = 1 }",
                                         "grid.axes.x = { from = 0, to = 1, sides = 'periodic' }\n"
                                         "grid.axes.y = { from = -6, to = 6 }\n"
                                         "problem.initial.of = { x = 'uniform', y = 'gaussian' }\n");
    const std::string message = refusal([&] { problem_of(toml); });
    BOOST_TEST(message.find("on circles or on lines") != std::string::npos, message);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
