// SPDX-License-Identifier: BSD-3-Clause
// Limits of networks in many dimensions: gradients against differences, features against means over
// rotations, and the full networks beside the reduced flows.
#include <Eigen/Cholesky>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <random>

#include "support/problem_case.hpp"
#include "support/refusal.hpp"
#include "support/sanitized.hpp"
#include "widelimit/run/ensemble.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(limits)

namespace {

namespace tt = boost::test_tools;

const std::string half_normal = "{ law = \"chi\", degrees = 1 }";

Problem committee(const std::string& more = "")
{
    return test::make_problem("[problem]\nname = \"quadratic-activation\"\ntarget = 0.7\nrest = 3\n" + more +
                              "[problem.initial.of]\nw = { law = \"gaussian\", deviation = 0.6 }\n"
                              "q = { law = \"chi\", degrees = 3, scale = 0.6 }\n");
}

Problem two_scales(const std::string& more = "")
{
    return test::make_problem(
        "[problem]\nname = \"two-time-scales\"\nepsilon = 0.5\n"
        "unit_degrees = [0.2, 1.0, 0.5, 0.3]\ntarget_degrees = [0.1, 1.0, 0.5]\n" +
        more +
        "[problem.initial.of]\na = { law = \"uniform\", from = -1, to = 1 }\n"
        "s = { law = \"index\", dimension = 200 }\n");
}

Problem staircase(bool others, const std::string& more = "")
{
    return test::make_problem(
        std::string("[network]\nactivation = \"sigmoid\"\n[problem]\nname = \"staircase\"\n"
                    "monomials = [[1, 1, 0], [0.5, 1, 1]]\nshift = -0.5\n") +
        "input_rate = 0.8\noutput_rate = 1.2\n" + (others ? "" : "others = false\n") + more +
        "[problem.initial.of]\na = { law = \"uniform\", from = -1, to = 1 }\n"
        "u1 = { law = \"gaussian\", deviation = 0.3 }\n"
        "u2 = { law = \"gaussian\", deviation = 0.3 }\n" +
        (others ? "s = { law = \"chi\", degrees = 5, scale = 0.4 }\n" : ""));
}

Problem subspace()
{
    return test::make_problem(
        "[problem]\nname = \"subspace-norm\"\ninputs = 7\nsubspace = 3\n"
        "initial = { law = \"subspace-angle\", space = 7, subspace = 3 }\n");
}

Problem projection(const std::string& more = "")
{
    return test::make_problem(
        "[problem]\nname = \"variable-projection\"\nmodes = 4\norder = 1.0\nridge = 0.1\n" + more +
        "target = { law = \"poisson\", radius = 0.4, centre = 0.5 }\n");
}

/// Largest difference of a gradient to central differences at these points, over the largest slope.
double gradient_error(const Problem& problem, const Matrix& points)
{
    const Features& features = *problem.features;
    Field pull(features.size()), g;
    for (Index i = 0; i < pull.size(); ++i) {
        pull[i] = std::cos(1.0 + static_cast<double>(i));
    }
    Matrix gradient;
    features.pull(points, pull, g, gradient);
    double worst = (g - features.values(points) * pull).cwiseAbs().maxCoeff();
    for (Index k = 0; k < points.rows(); ++k) {
        Matrix more = points, less = points;
        more.row(k).array() += 1e-5;
        less.row(k).array() -= 1e-5;
        const Field difference = (features.values(more) - features.values(less)) * pull / 2e-5;
        worst = std::max(worst, (difference - gradient.row(k).transpose()).cwiseAbs().maxCoeff());
    }
    return worst / gradient.cwiseAbs().maxCoeff();
}

/// Means over the neurons, once the reduced flow and once full networks on fresh data have run to t from the
/// same reduced neurons.
struct Both {
    Field reduced, full;
    double reduced_objective, full_objective;
};

Both trained(const Problem& problem, Index width, double t, Index batch)
{
    EnsembleOptions options;
    options.largest_step = t / 4.0;
    const std::vector<NetworkSpec> specs = {{width, 3, Start::random}};
    const NetworkResult reduced = simulate(problem, specs, {0.0, t}, options).front();
    options.online = OnlineOptions{batch, t / 8.0, 2000};
    const NetworkResult full = simulate(problem, specs, {0.0, t}, options).front();
    BOOST_TEST(full.time == t);
    BOOST_TEST(full.steps >= 1);
    const auto means = [](const NetworkResult& network) {
        Field all(network.coordinates.rows() + 1);
        all << network.coordinates * network.masses.cwiseProduct(network.coordinates.row(0).transpose()),
            network.masses.sum();
        return all;
    };
    return {means(reduced), means(full), reduced.objective[1], full.objective[1]};
}

}  // namespace

BOOST_AUTO_TEST_CASE(gradients_are_slopes)
{
    const Matrix line = Matrix::Random(1, 5).cwiseAbs() + Matrix::Constant(1, 5, 0.2);
    BOOST_TEST(gradient_error(committee(), Matrix::Random(2, 5)) < 1e-8);
    BOOST_TEST(gradient_error(two_scales(), 0.9 * Matrix::Random(1, 5)) < 1e-8);
    BOOST_TEST(gradient_error(staircase(true), Matrix::Random(3, 5)) < 1e-8);
    BOOST_TEST(gradient_error(staircase(false), Matrix::Random(2, 5)) < 1e-8);
    BOOST_TEST(gradient_error(subspace(), line) < 1e-5);
    BOOST_TEST(gradient_error(projection(), line) < 1e-7);
    const Problem biased = test::make_problem(
        "[problem]\nname = \"anisotropic-gaussians\"\nrelu = true\n[problem.initial.of]\n"
        "a = { law = \"gaussian\" }\nb = { law = \"gaussian\" }\nr1 = " +
        half_normal + "\nr2 = " + half_normal + "\n");
    BOOST_TEST(gradient_error(biased, Matrix::Random(3, 5).cwiseAbs()) < 1e-8);
}

/// Neurons at an angle theta from the subspace, ReLU units, averaged over rotations of it and its complement.
BOOST_AUTO_TEST_CASE(angular_features_are_means_over_rotations)
{
    const Problem problem = subspace();
    const double theta = 0.6;
    const Matrix place = Matrix::Constant(1, 1, theta);
    const Field f = problem.features->values(place).row(0).transpose();
    Draws draws(Stream(1, 0, 0));
    // Mean square over inputs of length 1 of the mean over rotations, from pairs of neurons.
    double pairs = 0.0, with_target = 0.0;
    const int count = 200000;
    for (int k = 0; k < count; ++k) {
        const Field x = draws.direction(7);
        const auto unit = [&] {
            Field w(7);
            w << std::cos(theta) * draws.direction(3), std::sin(theta) * draws.direction(4);
            return std::max(0.0, w.dot(x));
        };
        const double one = unit();
        pairs += one * unit();
        with_target += one * x.head(3).norm();
    }
    // Standard errors about 0.4 %.
    BOOST_TEST(f.squaredNorm() == pairs / count, tt::tolerance(0.015));
    BOOST_TEST(f.dot(problem.risk->nodes().targets) == with_target / count, tt::tolerance(0.015));
    // E |x_H|^2 / 2 = dim H / 2 without neurons.
    BOOST_TEST(problem.risk->value(Field::Zero(f.size())) == 1.5, tt::tolerance(1e-7));
    // The mean over the law of the start is lambda_0 on degree 0, and nothing on the others.
    Field start = Field::Zero(f.size());
    const int cells = 4000;
    for (int k = 0; k < cells; ++k) {
        const double low = 0.5 * std::numbers::pi * k / cells,
                     high = 0.5 * std::numbers::pi * (k + 1) / cells;
        start += problem.initial.laws.front()->between(low, high) *
                 problem.features->values(Matrix::Constant(1, 1, 0.5 * (low + high))).row(0).transpose();
    }
    // E max(t, 0) of one coordinate in seven dimensions: Gamma(7/2) / (2 sqrt(pi) Gamma(4)).
    BOOST_TEST(start[0] == std::tgamma(3.5) / (2.0 * std::sqrt(std::numbers::pi) * 6.0), tt::tolerance(1e-6));
    BOOST_TEST(start.tail(20).cwiseAbs().maxCoeff() < 1e-6);
}

/// Ridge regression of the output weights of a few neurons on the modes of the teacher, done directly.
BOOST_AUTO_TEST_CASE(eliminated_weights_are_those_of_ridge_regression)
{
    const Problem problem = projection();
    Matrix places(1, 6);
    places << 0.1, 0.9, 2.0, 3.1, 4.4, 5.5;
    const Matrix modes = problem.features->values(places);
    const Field f = modes.transpose() * Field::Constant(6, 1.0 / 6.0),
                teacher = problem.risk->nodes().targets;
    // Columns: units along sqrt(2) cos kx and sqrt(2) sin kx, k <= 4, of 8 modes that the problem keeps.
    Matrix units(9, 6);
    Field y(9);
    for (Index k = 0; k <= 4; ++k) {
        const double m = std::sqrt(k == 0 ? 1.0 : 2.0) / std::sqrt(1.0 + static_cast<double>(k * k));
        units.row(k) = m * modes.col(k).transpose();
        y[k] = m * teacher[k];
        if (k > 0) {
            units.row(4 + k) = m * modes.col(8 + k).transpose();
            y[4 + k] = m * teacher[8 + k];
        }
    }
    const double lambda = 0.1, share = 1.0 / 6.0;
    const Matrix system = share * units.transpose() * units * share + lambda * share * Matrix::Identity(6, 6);
    const Field u = system.ldlt().solve(share * units.transpose() * y);
    const double least =
        0.5 * share * u.squaredNorm() + (share * units * u - y).squaredNorm() / (2.0 * lambda);
    BOOST_TEST(problem.risk->value(f) == least, tt::tolerance(1e-12));
    const Field potential = modes * problem.risk->slope(f);
    BOOST_TEST((potential + 0.5 * u.cwiseAbs2()).cwiseAbs().maxCoeff() < 1e-12);
    const Field v = modes.row(2).transpose() - f;
    const Field difference = (problem.risk->slope(f + 1e-5 * v) - problem.risk->slope(f - 1e-5 * v)) / 2e-5;
    BOOST_TEST((difference - problem.risk->curvature(f, v)).norm() < 1e-7 * difference.norm());
}

/// A neuron at 0.7 that learns itself: ridge regression of max(cos(0.7 - x), 0), mean square 1/4 over inputs
/// x, with one weight, lambda / 2 u^2 + 1/8 (u - 1)^2 over lambda.
BOOST_AUTO_TEST_CASE(one_relu_unit_is_eliminated_in_closed_form)
{
    const Problem problem = test::make_problem(
        "[problem]\nname = \"variable-projection\"\nmodes = 60\nrelu = true\nridge = 0.1\n"
        "target = { law = \"atoms\", points = [[0.7, 1.0]] }\n");
    const Field f = problem.features->values(Matrix::Constant(1, 1, 0.7)).row(0).transpose();
    BOOST_TEST(problem.risk->value(f) == 0.5 * 0.25 / (0.25 + 0.1), tt::tolerance(1e-6));
}

/// What the networks do on average is the reduced flow: rates, clocks and reductions agree.
BOOST_AUTO_TEST_CASE(full_networks_follow_the_reduced_flow, *test::UnlessSanitized())
{
    const auto agree = [](const Both& both, double within) {
        BOOST_TEST((both.full - both.reduced).norm() < within * both.reduced.norm());
        // The reduced risk leaves out what a finite width adds, and the test set has an error of its own.
        BOOST_TEST(both.full_objective == both.reduced_objective, tt::tolerance(within + 0.1));
    };
    agree(trained(committee(), 300, 0.1, 500), 0.06);
    agree(trained(subspace(), 300, 0.3, 500), 0.06);
    agree(trained(two_scales("dimension = 200\n"), 200, 0.3, 300), 0.1);
    agree(trained(staircase(true, "dimension = 30\n"), 300, 1.0, 500), 0.06);
    const Problem gaussians = test::make_problem(
        "[problem]\nname = \"isotropic-gaussians\"\nseparation = 0.4\ndimension = 10\n"
        "initial = { law = \"chi\", degrees = 10, scale = 0.3 }\n");
    agree(trained(gaussians, 300, 0.05, 500), 0.06);
    const Problem blocks = test::make_problem(
        "[problem]\nname = \"anisotropic-gaussians\"\nblocks = [30, 50]\n[problem.initial.of]\n"
        "r1 = { law = \"chi\", degrees = 30, scale = 0.1 }\nr2 = { law = \"chi\", degrees = 50, scale = 0.1 "
        "}\n");
    agree(trained(blocks, 300, 0.05, 500), 0.06);
}

/// Points of equal weight are spread over those coordinates that are not the same for all neurons.
BOOST_AUTO_TEST_CASE(single_points_need_no_points_of_their_own)
{
    const Problem problem = test::make_problem(
        "[problem]\nname = \"two-time-scales\"\n[problem.initial.of]\n"
        "a = { law = \"uniform\", from = -1, to = 1 }\ns = { law = \"atoms\", points = [[0.25, 1.0]] }\n");
    const Matrix points = problem.initial.whole()->spread(50);
    for (Index j = 0; j < 50; ++j) {
        BOOST_TEST(points(0, j) == -1.0 + (2.0 * static_cast<double>(j) + 1.0) / 50.0, tt::tolerance(1e-12));
        BOOST_TEST(points(1, j) == 0.25);
    }
}

/// The law of directions in the plane, from pairs (a, s) drawn from a sphere, weighted by a^2 + s^2.
BOOST_AUTO_TEST_CASE(directions_of_signs_and_overlaps)
{
    const Problem problem = test::make_problem(
        "[problem]\nname = \"linear-network\"\n"
        "initial = { law = \"sign-and-overlap\", dimension = 6 }\n");
    const Law& law = *problem.initial.laws.front();
    Draws draws(Stream(4, 0, 0));
    Field shares = Field::Zero(5);
    const double edges[] = {0.0, 0.2, 0.6, 3.0, 3.3, 2.0 * std::numbers::pi};
    double total = 0.0;
    for (int k = 0; k < 200000; ++k) {
        const double a = draws.uniform() < 0.5 ? 1.0 : -1.0, s = draws.direction(6)[0];
        const double turn = std::atan2(s, a), angle = turn < 0.0 ? turn + 2.0 * std::numbers::pi : turn;
        total += a * a + s * s;
        for (Index i = 0; i < 5; ++i) {
            shares[i] += angle > edges[i] && angle <= edges[i + 1] ? a * a + s * s : 0.0;
        }
    }
    for (Index i = 0; i < 5; ++i) {
        BOOST_TEST(std::abs(law.between(edges[i], edges[i + 1]) - shares[i] / total) < 0.004);
    }
    BOOST_TEST(law.cdf(7.0) == 1.0 + law.cdf(7.0 - 2.0 * std::numbers::pi), tt::tolerance(1e-13));
}

/// Second moments of a committee on a grid and of the closed form, and of the whole of it in three
/// dimensions.
BOOST_AUTO_TEST_CASE(a_rest_of_the_inputs_is_the_full_problem)
{
    const Problem reduced = committee();
    const Problem full = test::make_problem(
        "[problem]\nname = \"quadratic-activation\"\n"
        "target = [[0.7, 0, 0], [0, 0, 0], [0, 0, 0]]\n"
        "initial = { law = \"gaussian\", deviation = 0.6 }\n");
    const Problem two = test::make_problem(
        "[problem]\nname = \"quadratic-activation\"\ntarget = 0.7\nrest = 2\n[problem.initial.of]\n"
        "w = { law = \"gaussian\", deviation = 0.6 }\nq = { law = \"chi\", degrees = 2, scale = 0.6 }\n");
    for (const double t : {0.0, 0.1, 1.0}) {
        BOOST_TEST(two.exact->values(t).at("risk") == full.exact->values(t).at("risk"), tt::tolerance(1e-12));
        const Field f = reduced.exact->predictions(t);
        BOOST_TEST(reduced.risk->value(f) == reduced.exact->values(t).at("risk"), tt::tolerance(1e-12));
    }
    // All of it, and the half with w > 0.
    Matrix lower(2, 2), upper(2, 2);
    lower << -20.0, 0.0, 0.0, 0.0;
    upper << 20.0, 20.0, 20.0, 20.0;
    const Field masses = reduced.exact->masses_in(1.0, lower, upper, 0.3);
    BOOST_TEST(masses[0] == 1.0, tt::tolerance(1e-9));
    BOOST_TEST(masses[1] == 0.5, tt::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_is_refused)
{
    const auto says = [](auto make, const std::string& part) {
        return refusal(make).find(part) != std::string::npos;
    };
    BOOST_TEST(says([] { two_scales("dimension = 1\n"); }, "at least 2"));
    BOOST_TEST(says([] { staircase(true, "dimension = 2\n"); }, "more inputs"));
    BOOST_TEST(says([] { test::make_problem("[problem]\nname = \"staircase\"\n"); }, "smooth activation"));
    BOOST_TEST(says([] { test::make_problem("[problem]\nname = \"staircase\"\nmonomials = [[1, 2]]\n"); },
                    "smooth activation"));
    BOOST_TEST(says([] { test::make_problem("[problem]\nname = \"subspace-norm\"\nsubspace = 30\n"); },
                    "less than"));
    BOOST_TEST(says([] { test::make_problem("[problem]\nname = \"subspace-norm\"\ninputs = 40\n"); },
                    "expected space = 40"));
    BOOST_TEST(says([] { test::make_problem("[problem]\nname = \"variable-projection\"\n"); }, "teacher"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
