// SPDX-License-Identifier: BSD-3-Clause
// Transport distances with known values, and one method against another.
#include "widelimit/core/wasserstein.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "support/random.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(wasserstein)

namespace {

using test::random_field;

PointMasses on_line(const std::vector<double>& places, const std::vector<double>& masses)
{
    PointMasses all{Matrix(1, static_cast<Index>(places.size())), Field()};
    all.points.row(0) = Eigen::Map<const Eigen::RowVectorXd>(places.data(), all.points.cols());
    all.masses = Eigen::Map<const Field>(masses.data(), static_cast<Index>(masses.size()));
    return all;
}

PointMasses random_points(Index rank, Index count, double size, unsigned seed)
{
    PointMasses all{Matrix(rank, count), random_field(count, 0.1, 1.0, seed + 1000)};
    const Field places = random_field(rank * count, 0.0, size, seed);
    all.points = Eigen::Map<const Matrix>(places.data(), rank, count);
    return all;
}

Field periods(std::vector<double> lengths)
{
    return Eigen::Map<const Field>(lengths.data(), static_cast<Index>(lengths.size()));
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_points_by_hand)
{
    const PointMasses a = on_line({0.0, 1.0}, {1.0, 1.0}), b = on_line({0.0, 1.0}, {3.0, 1.0});
    BOOST_TEST(line_distance(a, b, 1) == 0.25, boost::test_tools::tolerance(1e-15));
    BOOST_TEST(line_distance(a, b, 2) == 0.5, boost::test_tools::tolerance(1e-15));
    // Around the other way.
    const PointMasses c = on_line({0.1}, {1.0}), d = on_line({6.0}, {2.0});
    BOOST_TEST(circle_distance(c, d, 6.5, 1) == 0.6, boost::test_tools::tolerance(1e-14));
    BOOST_TEST(circle_distance(c, d, 6.5, 2) == 0.6, boost::test_tools::tolerance(1e-14));
    BOOST_TEST(exact_distance(c, d, periods({6.5}), 2) == 0.6, boost::test_tools::tolerance(1e-14));
}

/// Of two Gaussians W_2^2 = (difference of means)^2 + (difference of deviations)^2.
BOOST_AUTO_TEST_CASE(gaussians_on_a_line)
{
    const Index n = 4000;
    PointMasses a{Matrix(1, n), Field(n)}, b{Matrix(1, n), Field(n)};
    for (Index k = 0; k < n; ++k) {
        const double x = -8.0 + 16.0 * (static_cast<double>(k) + 0.5) / static_cast<double>(n);
        a.points(0, k) = x;
        b.points(0, k) = 0.3 + 1.7 * x;
        a.masses[k] = b.masses[k] = std::exp(-0.5 * x * x);
    }
    BOOST_TEST(line_distance(a, b, 2) == std::sqrt(0.09 + 0.49), boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(turned_circle)
{
    // Points at even distances, turned by less than half a distance: every point moves by that.
    const Index n = 20;
    PointMasses a{Matrix(1, n), Field::Ones(n)}, b = a;
    for (Index k = 0; k < n; ++k) {
        a.points(0, k) = static_cast<double>(k);
        b.points(0, k) = static_cast<double>(k) + 0.3;
    }
    BOOST_TEST(circle_distance(a, b, 20.0, 1) == 0.3, boost::test_tools::tolerance(1e-14));
    BOOST_TEST(circle_distance(a, b, 20.0, 2) == 0.3, boost::test_tools::tolerance(1e-13));
    BOOST_TEST(circle_distance(a, a, 20.0, 2) < 1e-8);  // the root of the round-off of levels
}

BOOST_AUTO_TEST_CASE(quantiles_against_the_network_simplex)
{
    for (unsigned seed = 1; seed < 20; ++seed) {
        const PointMasses a = random_points(1, 17, 6.0, seed), b = random_points(1, 23, 6.0, seed + 500);
        for (const int p : {1, 2}) {
            const double line = exact_distance(a, b, periods({0.0}), p);
            BOOST_TEST(line_distance(a, b, p) == line, boost::test_tools::tolerance(1e-9));
            const double circle = exact_distance(a, b, periods({6.0}), p);
            BOOST_TEST(circle_distance(a, b, 6.0, p) == circle, boost::test_tools::tolerance(1e-9));
        }
    }
}

/// Against the double sum over all pairs.
BOOST_AUTO_TEST_CASE(energy_distances)
{
    for (unsigned seed = 1; seed < 12; ++seed) {
        const PointMasses a = random_points(1, 9, 6.0, seed), b = random_points(1, 14, 6.0, seed + 700);
        for (const double length : {0.0, 6.0}) {
            Field places(23), masses(23);
            places << a.points.row(0).transpose(), b.points.row(0).transpose();
            masses << a.masses / a.masses.sum(), -b.masses / b.masses.sum();
            double sum = 0.0;
            for (Index i = 0; i < 23; ++i) {
                for (Index j = 0; j < 23; ++j) {
                    const double apart = std::abs(places[i] - places[j]);
                    sum -= masses[i] * masses[j] * (length > 0.0 ? std::min(apart, length - apart) : apart);
                }
            }
            BOOST_TEST(energy_distance(a, b, length) == std::sqrt(sum), boost::test_tools::tolerance(1e-9));
        }
        BOOST_TEST(energy_distance(a, a, 6.0) == 0.0);
    }
}

BOOST_AUTO_TEST_CASE(shifted_clouds)
{
    const PointMasses a = random_points(3, 40, 1.0, 7);
    PointMasses b = a;
    b.points.colwise() += (Field(3) << 0.3, -0.4, 1.2).finished();
    BOOST_TEST(exact_distance(a, b, Field::Zero(3), 2) == 1.3, boost::test_tools::tolerance(1e-10));
    // The mean of (e . shift)^2 over directions is |shift|^2 / rank.
    BOOST_TEST(sliced_distance(a, b, 4000) == 1.3 / std::sqrt(3.0), boost::test_tools::tolerance(2e-2));
    PointMasses flat{a.points.topRows(2), a.masses}, moved{b.points.topRows(2), b.masses};
    BOOST_TEST(sliced_distance(flat, moved, 64) == 0.5 / std::sqrt(2.0), boost::test_tools::tolerance(1e-10));
}

BOOST_AUTO_TEST_CASE(poles)
{
    PointMasses a{Matrix::Zero(3, 1), Field::Ones(1)}, b{Matrix::Zero(3, 2), Field::Ones(2)};
    a.points(2, 0) = 1.0;
    b.points(2, 0) = -1.0;
    b.points(0, 1) = 1.0;
    const double turn = std::numbers::pi;
    BOOST_TEST(sphere_distance(a, b, 1) == 0.75 * turn, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(sphere_distance(a, b, 2) == turn * std::sqrt(0.5 * 1.25), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(masses_are_checked)
{
    const PointMasses a = on_line({0.0, 1.0}, {1.0, 1.0}), none = on_line({0.0}, {0.0});
    BOOST_CHECK_THROW(line_distance(a, none, 1), std::logic_error);
    BOOST_CHECK_THROW(exact_distance(a, none, periods({0.0}), 1), std::logic_error);
    BOOST_CHECK_THROW(line_distance(a, a, 3), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
