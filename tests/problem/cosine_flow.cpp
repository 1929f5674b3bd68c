// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/interacting.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

#include "../support/moving_points.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(cosine_flow)

namespace {

constexpr double pi = std::numbers::pi;

const std::string turn = "grid.axes.angle = { from = 0, to = 6.283185307179586, sides = 'periodic' }\n";

double radius(const Problem& problem, double t)
{
    // The density at the centre over that at the opposite place is ((1 + r) / (1 - r))^2.
    const double h = 1e-5, near = problem.exact->mass_between(1.0, -h, h, t),
                 far = problem.exact->mass_between(1.0, pi - h, pi + h, t), k = std::sqrt(near / far);
    return (k - 1.0) / (k + 1.0);
}

/// 64 points spaced by quantiles, kernel cos, target R exp(i c).
void check_cosine(const std::string& toml, double mass, double centre, double target)
{
    const Problem problem = discrepancy(turn + "problem.kernel = 'cosine'\n" + toml);
    BOOST_REQUIRE(problem.exact);
    const Index n = 512;
    const double each = mass / static_cast<double>(n), t = 1.3;
    const auto velocity = [&](const Matrix& x) {
        const double cosine = each * x.array().cos().sum() - target * std::cos(centre);
        const double sine = each * x.array().sin().sum() - target * std::sin(centre);
        return Matrix(x.array().sin() * cosine - x.array().cos() * sine);
    };
    const Matrix x = flowed(quantiles(*problem.initial.laws.front(), n), t, velocity);
    const double cosine = each * x.array().cos().sum() - target * std::cos(centre);
    const double sine = each * x.array().sin().sum() - target * std::sin(centre);
    auto values = problem.exact->values(t);
    const double square = 0.5 * (cosine * cosine + sine * sine);
    BOOST_TEST(values["discrepancy"] == square, tt::tolerance(1e-10));
    BOOST_TEST(values["objective"] == square, tt::tolerance(1e-10));
    BOOST_TEST(values["mass"] == mass);
    for (const Index i : {Index{10}, Index{200}, Index{470}}) {
        BOOST_TEST(problem.exact->mass_between(1.0, x(0, 5), x(0, i), t) == each * static_cast<double>(i - 5),
                   tt::tolerance(1e-10));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(has_the_published_radii)
{
    const std::string flow = turn + "problem.kernel = 'cosine'\n";
    const Problem towards =
        discrepancy(flow +
                    "problem.target = { law = 'poisson', radius = 0.7 }\nproblem.initial = { "
                    "law = 'poisson', radius = 0.2 }");
    BOOST_TEST(std::abs(radius(towards, 2.0) - 0.4877006169) < 1e-9);
    BOOST_TEST(towards.exact->values(2.0)["discrepancy"] == 0.5 * std::pow(0.7 - 0.4877006169, 2),
               tt::tolerance(1e-9));
    const Problem apart = discrepancy(flow + "problem.initial = { law = 'poisson', radius = 0.6 }");
    for (const double t : {0.0, 0.5, 2.0, 30.0, 200.0}) {
        // r^2 / (1 - r^2) falls as exp(-t).
        const double ratio = 0.36 / 0.64 * std::exp(-t);
        BOOST_TEST(apart.exact->values(t)["discrepancy"] == 0.5 * ratio / (1.0 + ratio),
                   tt::tolerance(2e-13));
    }
    // In a clock that runs three times as fast.
    const Problem fast =
        discrepancy(flow + "problem.initial = { law = 'poisson', radius = 0.6 }\ntime.speed = 3.0");
    BOOST_TEST(fast.exact->values(0.5)["discrepancy"] == apart.exact->values(1.5)["discrepancy"],
               tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(moves_as_points)
{
    check_cosine("problem.initial = { law = 'poisson', radius = 0.6, centre = 1 }\nproblem.mass = 1.7", 1.7,
                 1.0, 0.0);
    check_cosine(
        "problem.initial = { law = 'poisson', radius = 0.6, centre = 1 }\nproblem.mass = "
        "1.7\nproblem.target = 'uniform'",
        1.7, 1.0, 0.0);
    check_cosine(
        "problem.initial = { law = 'poisson', radius = 0.2, centre = 1 }\nproblem.target = { law = "
        "'poisson', radius = 0.7, centre = 1, mass = 0.6 }",
        1.0, 1.0, 0.42);
    check_cosine(
        "problem.initial = { law = 'poisson', radius = 0.3, centre = 0.5 }\nproblem.target = { law = "
        "'poisson', radius = 0.8, centre = 3.641592653589793 }",
        1.0, 0.5, -0.8);
    check_cosine(
        "problem.initial = 'uniform'\nproblem.target = { law = 'poisson', radius = 0.7, centre = 2 }", 1.0,
        2.0, 0.7);
    check_cosine(
        "problem.initial = { law = 'poisson', radius = 0.3, centre = 2 }\nproblem.target = { atoms = "
        "[[2, 1.4]] }",
        1.0, 2.0, 1.4);
    check_cosine(
        "problem.initial = { law = 'poisson', radius = 0.3, centre = 0 }\nproblem.target = { law = "
        "'wave', amplitude = 0.5 }",
        1.0, 0.0, 0.25);
}

BOOST_AUTO_TEST_SUITE_END()
