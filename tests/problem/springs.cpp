// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/interacting.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>

#include "../support/kernel_case.hpp"
#include "../support/moving_points.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(springs)

namespace {

const std::string plane =
    "grid.axes.x = { sides = 'no-flux' }\ngrid.axes.y = { sides = 'no-flux' }\n"
    "problem.initial = { law = 'gaussian', mean = 0.4, deviation = 0.8, of = { y = { law = 'gaussian', mean "
    "= "
    "-0.3, deviation = 0.5 } } }\n";

/// Points of the target, one a column, with their masses.
struct Points {
    Matrix places;
    Field masses;
};

/// 1/2 int int K dsigma dsigma for points of mass `each` less the target, K by its values.
double direct(const Kernel& kernel, const Matrix& x, double each, const Points& target)
{
    Matrix all(x.rows(), x.cols() + target.places.cols());
    all << x, target.places;
    Field masses(all.cols());
    masses << Field::Constant(x.cols(), each), -target.masses;
    double sum = 0.0;
    for (Index i = 0; i < all.cols(); ++i) {
        for (Index j = 0; j < all.cols(); ++j) {
            sum += 0.5 * masses[i] * masses[j] * kernel.at(all.col(i) - all.col(j));
        }
    }
    return sum;
}

/// -grad (K * (mu - nu) + decay |x|^2 / 2) at points of mass `each`, by differences of K's values.
Matrix pulled(const Kernel& kernel, const Matrix& x, double each, const Points& target, double decay)
{
    Matrix velocity = -decay * x;
    const double h = 0.1;  // central differences are exact for squares
    const auto slope = [&](const Field& z, Index k) {
        const Field step = h * Field::Unit(z.size(), k);
        return (kernel.at(z + step) - kernel.at(z - step)) / (2.0 * h);
    };
    for (Index i = 0; i < x.cols(); ++i) {
        for (Index k = 0; k < x.rows(); ++k) {
            for (Index j = 0; j < x.cols(); ++j) {
                velocity(k, i) -= each * slope(x.col(i) - x.col(j), k);
            }
            for (Index j = 0; j < target.places.cols(); ++j) {
                velocity(k, i) += target.masses[j] * slope(x.col(i) - target.places.col(j), k);
            }
        }
    }
    return velocity;
}

/// Springs close on mean and covariance, so that four points with those of the start move as the Gaussian.
void check_springs(const std::string& toml, double strength, double decay, double mass, const Points& target)
{
    const Problem problem = discrepancy(plane + toml);
    BOOST_REQUIRE(problem.exact);
    const auto kernel =
        kernel_of("{ name = 'quadratic', strength = " + std::to_string(strength) + " }", problem.coordinates);
    Matrix x(2, 4);
    x << 1.2, 1.2, -0.4, -0.4, 0.2, -0.8, 0.2, -0.8;
    const double t = 0.7;
    x = flowed(x, t, [&](const Matrix& now) { return pulled(*kernel, now, 0.25 * mass, target, decay); });
    const Field mean = x.rowwise().mean();
    const Matrix away = x.colwise() - mean;
    auto values = problem.exact->values(t);
    BOOST_TEST(std::abs(values["mean.x"] - mean[0]) < 1e-11, toml);
    BOOST_TEST(std::abs(values["mean.y"] - mean[1]) < 1e-11, toml);
    BOOST_TEST(values["variance.x"] == 0.25 * away.row(0).squaredNorm(), tt::tolerance(1e-10));
    BOOST_TEST(values["variance.y"] == 0.25 * away.row(1).squaredNorm(), tt::tolerance(1e-10));
    BOOST_TEST(std::abs(values["covariance.x.y"]) < 1e-15, toml);
    BOOST_TEST(values["discrepancy"] == direct(*kernel, x, 0.25 * mass, target), tt::tolerance(1e-9));
    BOOST_TEST(std::abs(values["confinement"] - 0.125 * decay * mass * x.squaredNorm()) < 1e-11, toml);
    BOOST_TEST(std::abs(values["objective"] - values["discrepancy"] - values["confinement"]) < 1e-14, toml);
    std::vector<std::string> names;
    for (const auto& [name, number] : values) {
        names.push_back(name);
    }
    BOOST_TEST((names == problem.exact->names()), toml);
}

Points atoms(std::initializer_list<std::array<double, 3>> rows)
{
    Points points{Matrix(2, static_cast<Index>(rows.size())), Field(static_cast<Index>(rows.size()))};
    Index i = 0;
    for (const auto& row : rows) {
        points.places.col(i) << row[0], row[1];
        points.masses[i++] = row[2];
    }
    return points;
}

}  // namespace

BOOST_AUTO_TEST_CASE(move_as_points_of_the_same_moments)
{
    check_springs("problem.kernel = { name = 'quadratic', strength = 0.9 }", 0.9, 0.0, 1.0, atoms({}));
    check_springs(
        "problem.kernel = { name = 'quadratic', strength = 0.9 }\nproblem.decay = 0.6\nproblem.mass = "
        "1.4",
        0.9, 0.6, 1.4, atoms({}));
    check_springs("problem.kernel = { name = 'quadratic', strength = -0.7 }\nproblem.mass = 0.8", -0.7, 0.0,
                  0.8, atoms({}));
    check_springs(
        "problem.kernel = { name = 'quadratic', strength = -0.7 }\nproblem.decay = 0.3\nproblem.target "
        "= { atoms = [[1, 2, 0.6], [-0.5, 1, 0.9]] }",
        -0.7, 0.3, 1.0, atoms({{1.0, 2.0, 0.6}, {-0.5, 1.0, 0.9}}));
    check_springs(
        "problem.kernel = { name = 'quadratic', strength = 0.5 }\nproblem.decay = 0.5\nproblem.target = "
        "{ atoms = [[1, 2, 1]] }",
        0.5, 0.5, 1.0, atoms({{1.0, 2.0, 1.0}}));
}

/// Four points with the mean and the covariance of the target.
BOOST_AUTO_TEST_CASE(see_mass_mean_and_spread_of_a_target_only)
{
    const double wide = 0.5, high = std::sqrt(1.0 / 3.0);
    check_springs(
        "problem.kernel = { name = 'quadratic', strength = 0.8 }\nproblem.target = { mass = 1.5, law = "
        "'gaussian', mean = 1, deviation = 0.5, of = { y = { law = 'uniform', from = -1, to = 1 } } "
        "}\nproblem.mass = 2",
        0.8, 0.0, 2.0,
        atoms({{1.0 + wide, high, 0.375},
               {1.0 - wide, high, 0.375},
               {1.0 + wide, -high, 0.375},
               {1.0 - wide, -high, 0.375}}));
}

/// A Gaussian moves by v = mean' + cov' / (2 cov) (x - mean), and F falls at the rate int |v|^2 dmu.
BOOST_AUTO_TEST_CASE(fall_at_the_rate_of_their_motion)
{
    const Problem problem = discrepancy(
        plane +
        "problem.kernel = { name = 'quadratic', strength = 0.4 }\nproblem.decay = 0.9\nproblem.temperature = "
        "0.3\nproblem.mass = 1.6\nproblem.target = { atoms = [[1, -1, 0.7]] }\ntime.speed = 2.0");
    const double t = 0.35, h = 1e-5;
    auto low = problem.exact->values(t - h), now = problem.exact->values(t),
         high = problem.exact->values(t + h);
    double square = 0.0;
    for (const std::string axis : {"x", "y"}) {
        const double mean = (high["mean." + axis] - low["mean." + axis]) / (2.0 * h);
        const double spread = (high["variance." + axis] - low["variance." + axis]) / (2.0 * h);
        square += mean * mean + spread * spread / (4.0 * now["variance." + axis]);
        // Rates by hand: b - a N = 0.62, a (M - N) + b = 1.26, a N m = 0.28 (+-1).
        const double place = axis == "x" ? 1.0 : -1.0;
        BOOST_TEST(mean == 2.0 * (-0.62 * now["mean." + axis] - 0.28 * place), tt::tolerance(1e-8));
        BOOST_TEST(spread == 2.0 * (-2.52 * now["variance." + axis] + 0.6), tt::tolerance(1e-8));
    }
    const double fall = (high["objective"] - low["objective"]) / (2.0 * h);
    BOOST_TEST(fall == -0.5 * 1.6 * square, tt::tolerance(1e-8));
    const double rest = problem.exact->values(60.0)["objective"];
    BOOST_TEST(problem.exact->least_objective() == rest, tt::tolerance(1e-12));
    BOOST_TEST(now["objective"] > rest);
}

BOOST_AUTO_TEST_CASE(follow_a_temperature_that_changes)
{
    const Problem problem =
        discrepancy(plane +
                    "problem.kernel = { name = 'quadratic', strength = 0.4 }\nproblem.decay = 0.9\n"
                    "problem.temperature = { reciprocal = 0.6, after = 0.5 }\ntime.speed = 2.0");
    const double t = 0.4, h = 1e-4;
    const double rise =
        (problem.exact->values(t + h)["variance.x"] - problem.exact->values(t - h)["variance.x"]) / (2.0 * h);
    const double tau = 0.6 / (1.0 + t / 0.5);
    BOOST_TEST(rise == 2.0 * (-2.6 * problem.exact->values(t)["variance.x"] + 2.0 * tau),
               tt::tolerance(1e-6));
    BOOST_TEST(std::isnan(problem.exact->least_objective()));
}

BOOST_AUTO_TEST_SUITE_END()
