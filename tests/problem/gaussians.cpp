// SPDX-License-Identifier: BSD-3-Clause
// Networks that tell Gaussian classes apart, reduced to lengths of weights: against a sample of the classes,
// against each other, gradients against differences.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "support/problem_case.hpp"
#include "support/refusal.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(gaussians)

namespace {

namespace tt = boost::test_tools;

Problem problem(const std::string& name, const std::string& more = "")
{
    return test::make_problem("[problem]\nname = \"" + name + "\"\nseparation = 0.3\n" + more +
                              (name == "isotropic-gaussians"
                                   ? "initial = { law = \"chi\" }\n"
                                   : "initial.of = { r1 = { law = \"chi\" }, r2 = { law = \"chi\" } }\n"));
}

double sigma(double t)
{
    return t < 0.5 ? -2.5 : t > 1.5 ? 7.5 : -2.5 + 10.0 * (t - 0.5);
}

}  // namespace

/// E (f - y)^2 for f(x) = E sigma(r n . x): inputs drawn in seven dimensions, and for each the mean over
/// neurons.
BOOST_AUTO_TEST_CASE(the_risk_is_that_of_a_sample)
{
    const double r = 0.8;
    const Problem reduced = problem("isotropic-gaussians", "dimension = 7\n");
    const Field f = reduced.features->values(Matrix::Constant(1, 1, r)).transpose();
    std::mt19937 bits(5);
    std::normal_distribution<double> normal;
    double sum = 0.0;
    const int inputs = 2000, neurons = 400;
    for (int i = 0; i < inputs; ++i) {
        const double label = i % 2 == 0 ? 1.0 : -1.0;
        double square = 0.0, prediction = 0.0;
        for (int k = 0; k < 7; ++k) {
            square += std::pow(normal(bits), 2);
        }
        for (int j = 0; j < neurons; ++j) {
            double first = normal(bits), length = first * first;
            for (int k = 1; k < 7; ++k) {
                length += std::pow(normal(bits), 2);
            }
            prediction += sigma((1.0 + 0.3 * label) * std::sqrt(square) * r * first / std::sqrt(length));
        }
        sum += std::pow(prediction / neurons - label, 2);
    }
    // Standard error about 1 %.
    BOOST_TEST(2.0 * reduced.risk->value(f) == sum / inputs, tt::tolerance(0.04));
    BOOST_TEST(reduced.risk->nodes().weights.sum() == 1.0, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(one_block_is_the_isotropic_case)
{
    const Problem plane = problem("anisotropic-gaussians"), line = problem("isotropic-gaussians");
    for (const double r : {0.2, 1.0, 2.5}) {
        Matrix point(2, 1);
        point << r, 0.0;
        const Matrix one = plane.features->values(point),
                     same = line.features->values(Matrix::Constant(1, 1, r));
        BOOST_TEST((one - same).cwiseAbs().maxCoeff() < 1e-12);
        // Where both classes look alike, the blocks are one: tau = 1.
        point << 0.0, r;
        const Matrix alike = plane.features->values(point);
        BOOST_TEST(alike(0, 0) == alike(0, 1));
    }
}

BOOST_AUTO_TEST_CASE(gradients_are_slopes)
{
    const Problem plane = problem("anisotropic-gaussians");
    Field pull(2), g;
    pull << 0.7, -0.4;
    Matrix points(2, 3), gradient;
    points << 0.3, 1.1, 0.0, 0.9, 0.2, 0.0;
    plane.features->pull(points, pull, g, gradient);
    BOOST_TEST((g - plane.features->values(points) * pull).cwiseAbs().maxCoeff() < 1e-13);
    for (Index k = 0; k < 2; ++k) {
        Matrix more = points, less = points;
        more.row(k).array() += 1e-5;
        less.row(k).array() -= 1e-5;
        const Field difference = (plane.features->values(more) - plane.features->values(less)) * pull / 2e-5;
        BOOST_TEST((difference - gradient.row(k).transpose()).cwiseAbs().maxCoeff() < 1e-7);
    }
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_is_refused)
{
    const auto says = [](const std::string& name, const std::string& more, const std::string& part) {
        return refusal([&] { problem(name, more); }).find(part) != std::string::npos;
    };
    BOOST_TEST(says("isotropic-gaussians", "dimension = 1\n", "at least 2"));
    BOOST_TEST(says("isotropic-gaussians", "temperature = 0.1\n", "needs a dimension"));
    BOOST_TEST(says("isotropic-gaussians", "knots = [[1.0, 0.0], [0.5, 1.0]]\n", "must increase"));
    BOOST_TEST(says("isotropic-gaussians", "knots = [[1.0, 0.0]]\n", "two rows"));
    BOOST_TEST(says("anisotropic-gaussians", "temperature = 0.1\n", "infinite"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
