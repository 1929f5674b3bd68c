// SPDX-License-Identifier: BSD-3-Clause
// Averages of piecewise linear activations over directions, and Gauss's rule for the length of a Gaussian
// vector.
#include "widelimit/network/averaged_knots.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <tuple>

#include "widelimit/problem/chi_rule.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(averaged_knots)

namespace {

namespace tt = boost::test_tools;

Matrix rising()
{
    Matrix knots(2, 2);
    knots << 0.5, -2.5, 1.5, 7.5;
    return knots;
}

double value(const Activation& activation, double z)
{
    Matrix one = Matrix::Constant(1, 1, z);
    activation.value(one);
    return one(0, 0);
}

double slope(const Activation& activation, double z)
{
    Matrix one = Matrix::Constant(1, 1, z);
    activation.slope(one);
    return one(0, 0);
}

}  // namespace

/// Values of Mei, Montanari and Nguyen's example, by normal distribution functions.
BOOST_AUTO_TEST_CASE(gaussian_averages_have_their_closed_form)
{
    const AveragedKnots q(rising(), 0);
    for (const auto& [z, expected] : {std::pair(1.0, -0.8151023636129855),
                                      {2.0, 0.6035556070285386},
                                      {4.0, 1.5154483470589302},
                                      {10.0, 2.101886962325734},
                                      {0.0, -2.5},
                                      {1e6, 2.5}}) {
        BOOST_TEST(value(q, z) == expected, tt::tolerance(1e-5));
        BOOST_TEST(std::abs(value(q, z) - expected) < (z < 100.0 ? 1e-8 : 1e-5));
        BOOST_TEST(value(q, -z) == value(q, z));
    }
    BOOST_TEST(slope(q, 1.0) == 2.22547731, tt::tolerance(1e-8));
    BOOST_TEST(slope(q, 2.0) == 0.85530685, tt::tolerance(1e-7));
    BOOST_TEST(slope(q, -2.0) == -slope(q, 2.0));
}

/// By quadrature over the angle, pieces between the kinks, another code.
BOOST_AUTO_TEST_CASE(averages_over_directions)
{
    for (const auto& [d, z, expected] : {std::tuple(Index{2}, 1.0, -1.4100221895577183),
                                         {Index{3}, 2.0, 0.0},
                                         {Index{5}, 0.7, -2.462099125364433},
                                         {Index{40}, 12.0, 0.5416954053916553},
                                         {Index{320}, 30.0, 0.28794436068067564}}) {
        BOOST_TEST(std::abs(value(AveragedKnots(rising(), d), z) - expected) < 1e-8);
    }
}

BOOST_AUTO_TEST_CASE(slopes_are_those_of_the_values)
{
    Matrix falling(3, 2);
    falling << 0.0, -2.5, 0.5, -4.0, 1.5, 7.5;
    for (const Index d : {Index{0}, Index{2}, Index{7}, Index{320}}) {
        const AveragedKnots q(falling, d);
        const double unit = d > 0 ? std::sqrt(static_cast<double>(d)) : 1.0;
        for (const double z : {0.03, 0.3, 0.9, 2.0, 7.7, 29.0, 55.0}) {
            const double step = 1e-5 * unit, at = z * unit;
            const double difference = (value(q, at + step) - value(q, at - step)) / (2.0 * step);
            BOOST_TEST(std::abs(slope(q, at) - difference) < 1e-6);
        }
    }
    // At a knot in 0 the limit of the slope is known: -3 / sqrt(2 pi).
    BOOST_TEST(slope(AveragedKnots(falling, 0), 1e-12) == -3.0 / std::sqrt(2.0 * std::acos(-1.0)),
               tt::tolerance(1e-7));
}

BOOST_AUTO_TEST_CASE(averages_over_many_directions_are_gaussian)
{
    const AveragedKnots many(rising(), 100000), limit(rising(), 0);
    for (const double z : {0.2, 1.0, 3.0}) {
        BOOST_TEST(std::abs(value(many, z * std::sqrt(1e5)) - value(limit, z)) < 1e-4);
    }
}

BOOST_AUTO_TEST_CASE(moments_of_lengths)
{
    for (const Index d : {Index{2}, Index{3}, Index{40}, Index{320}}) {
        const GaussRule rule = chi_rule(d, 12);
        double moment = 1.0;
        for (Index k = 0; k < 10; ++k) {
            BOOST_TEST(
                rule.weights.dot(rule.nodes.array().pow(2.0 * static_cast<double>(k)).matrix()) == moment,
                tt::tolerance(1e-11));
            moment *= static_cast<double>(d + 2 * k);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
