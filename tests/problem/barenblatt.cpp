// SPDX-License-Identifier: BSD-3-Clause
// Barenblatt's profiles: masses of boxes against sums over points, draws, marginals, and the flow's own law.
#include "widelimit/problem/barenblatt.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "support/internal.hpp"
#include "support/random.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(barenblatt)

namespace {

Field point(std::initializer_list<double> values)
{
    return Field::Map(values.begin(), static_cast<Index>(values.size()));
}

double mass(const JointLaw& law, std::initializer_list<double> lower, std::initializer_list<double> upper)
{
    return law.masses_in(point(lower), point(upper))[0];
}

/// Masses and second moments of a partition of the plane around the middle.
struct Sums {
    double mass = 0.0, mean = 0.0, square = 0.0;
};
Sums over_cells(const JointLaw& law, const Field& middle, double width, Index cells)
{
    const auto rank = middle.size();
    Index number = 1;
    for (Index k = 0; k < rank; ++k) {
        number *= cells;
    }
    Matrix lower(rank, number), upper(rank, number);
    const double h = 2.0 * width / static_cast<double>(cells);
    for (Index i = 0; i < number; ++i) {
        Index rest = i;
        for (Index k = 0; k < rank; ++k, rest /= cells) {
            lower(k, i) = middle[k] - width + h * static_cast<double>(rest % cells);
            upper(k, i) = lower(k, i) + h;
        }
    }
    const Field masses = law.masses_in(lower, upper);
    Sums sums;
    for (Index i = 0; i < number; ++i) {
        const double x = 0.5 * (lower(0, i) + upper(0, i)) - middle[0];
        sums.mass += masses[i];
        sums.mean += masses[i] * x;
        sums.square += masses[i] * x * x;
    }
    return sums;
}

Problem problem_of(std::shared_ptr<const JointLaw> law, double mass)
{
    Problem problem;
    for (const char* name : {"x", "y"}) {
        problem.coordinates.push_back({name, "place"});
    }
    problem.initial.joint = std::move(law);
    problem.initial.mass = mass;
    return problem;
}

}  // namespace

BOOST_AUTO_TEST_CASE(parabola_in_one_dimension)
{
    const Barenblatt law(point({0.5}), 2.0, 1.0);
    const auto cdf = [](double z) { return 0.5 + 0.25 * (3.0 * z - z * z * z); };
    for (const double x : {-1.4, 0.0, 0.5, 1.9}) {
        BOOST_TEST(std::abs(mass(law, {-9.0}, {x}) - cdf((x - 0.5) / 2.0)) < 1e-14);
    }
    BOOST_TEST(mass(law, {2.5}, {3.0}) == 0.0);
    BOOST_TEST(mass(law, {-4.0}, {-1.5}) == 0.0);
}

/// The mass is one; the variance of a coordinate is R^2 / (2 q + 2 + d), up to h^2 / 12 of the cells.
BOOST_AUTO_TEST_CASE(masses_and_variances_in_any_dimension)
{
    for (const double q : {0.5, 1.0, 2.0}) {
        for (const Index rank : {1, 2, 3}) {
            const Index cells = rank == 3 ? 8 : 60;
            const double radius = 1.3, h = 2.6 / static_cast<double>(cells);
            Field middle = Field::LinSpaced(rank, 0.2, 0.4);
            const Barenblatt law(middle, radius, q);
            const double error = 4e-7;  // of the quadrature where a box holds the sphere
            const Sums sums = over_cells(law, middle, radius, cells);
            BOOST_TEST(std::abs(sums.mass - 1.0) < error);
            BOOST_TEST(std::abs(sums.mean) < 1e-12);
            const double variance = radius * radius / (2.0 * q + 2.0 + static_cast<double>(rank));
            BOOST_TEST(std::abs(sums.square - h * h / 12.0 - variance) < 0.02 * h * h);
            const auto marginal = law.marginal(0);
            Field low = middle.array() - 9.0, high = middle.array() + 9.0;
            high[0] = middle[0] + 0.3;
            BOOST_TEST(std::abs(law.masses_in(low, high)[0] - marginal->between(-9.0, high[0])) < error);
        }
    }
}

/// Means of draws over a lattice of uniforms, whose error is below 1 / its side.
BOOST_AUTO_TEST_CASE(draws_have_the_law)
{
    const Barenblatt law(point({0.2, -0.1}), 1.5, 1.0);
    const int side = 100;
    double inside = 0.0, square = 0.0;
    for (int i = 0; i < side; ++i) {
        for (int j = 0; j < side; ++j) {
            const Field x = law.draw(point({(i + 0.5) / side, (j + 0.5) / side}));
            BOOST_REQUIRE((x - law.middle()).norm() <= 1.5 + 1e-12);
            inside += x[0] < 0.5 && x[1] > -0.2 ? 1.0 : 0.0;
            square += (x[1] + 0.1) * (x[1] + 0.1);
        }
    }
    const double draws = side * side;
    BOOST_TEST(std::abs(inside / draws - mass(law, {-9.0, -0.2}, {0.5, 9.0})) < 0.01);
    BOOST_TEST(std::abs(square / draws - 1.5 * 1.5 / 6.0) < 1e-3);
}

/// Published form of Barenblatt's solution on the line, p = 2 and mass M: t^(-1/3) (C - x^2 t^(-2/3) / 12)
/// with C = (M sqrt(3) / 8)^(2/3).
BOOST_AUTO_TEST_CASE(the_flow_is_the_published_solution)
{
    const double M = 1.4, t0 = 0.7, C = std::pow(M * std::sqrt(3.0) / 8.0, 2.0 / 3.0);
    const auto radius = [&](double t) { return std::sqrt(12.0 * C) * std::pow(t, 1.0 / 3.0); };
    Problem problem = problem_of(std::make_shared<Barenblatt>(point({0.0}), radius(t0), 1.0), M);
    problem.coordinates.resize(1);
    const auto exact = make_barenblatt_flow(problem, 0.0, 1.0, 2.0);
    BOOST_REQUIRE(exact);
    for (const double t : {0.0, 0.5, 20.0}) {
        const auto integral = [&](double x) {
            const double s = t0 + t;
            return std::pow(s, -1.0 / 3.0) * (C * x - x * x * x * std::pow(s, -2.0 / 3.0) / 36.0);
        };
        BOOST_TEST(std::abs(exact->mass_between(1.0, 0.1, 0.8, t) - (integral(0.8) - integral(0.1))) < 1e-13);
    }
}

/// In a well of stiffness alpha with e = r^2 / 2 in d dimensions, s(t)^(d + 2) = 1 + (s_0^(d + 2) - 1)
/// exp(-(d + 2) alpha t) and F - F* falls to zero.
BOOST_AUTO_TEST_CASE(the_flow_in_a_well_rests_where_it_should)
{
    const double alpha = 0.8, c = std::sqrt(alpha / std::numbers::pi), rest = std::sqrt(2.0 * c / alpha);
    const Problem problem =
        problem_of(std::make_shared<Barenblatt>(point({0.5, -0.3}), 0.6 * rest, 1.0), 1.0);
    const auto exact = make_barenblatt_flow(problem, alpha, 0.5, 2.0);
    BOOST_REQUIRE(exact);
    const double per_square = 1.0 / 6.0;
    for (const double t : {0.0, 0.4, 3.0}) {
        const double scale = std::pow(1.0 + (std::pow(0.6, 4.0) - 1.0) * std::exp(-4.0 * alpha * t), 0.25);
        const auto values = exact->values(t);
        BOOST_TEST(std::abs(values.at("variance.x") - rest * rest * scale * scale * per_square) < 1e-13);
        BOOST_TEST(std::abs(values.at("mean.y") + 0.3 * std::exp(-alpha * t)) < 1e-15);
        BOOST_TEST(values.at("objective") > exact->least_objective());
    }
    BOOST_TEST(std::abs(exact->values(40.0).at("objective") - exact->least_objective()) < 1e-14);
    BOOST_TEST(exact->presses());
}

BOOST_AUTO_TEST_CASE(other_flows_are_not_known)
{
    const auto law = std::make_shared<Barenblatt>(point({0.0, 0.0}), 1.0, 1.0);
    Problem problem = problem_of(law, 1.0);
    BOOST_TEST(!make_barenblatt_flow(problem, 0.0, 1.0, 3.0));
    problem.temperature = 0.1;
    BOOST_TEST(!make_barenblatt_flow(problem, 0.0, 1.0, 2.0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
