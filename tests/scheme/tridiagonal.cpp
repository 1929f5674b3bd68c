// SPDX-License-Identifier: BSD-3-Clause
// The elimination without subtraction against a dense solver, and what it promises beyond that.
#include "../../solver/scheme/tridiagonal.hpp"

#include <Eigen/LU>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>
#include <vector>

namespace widelimit {
BOOST_AUTO_TEST_SUITE(tridiagonal)

namespace {

/// Some lines, each also as a dense matrix volume + dt * flux matrix.
struct Lines {
    LineSystems systems;
    std::vector<Matrix> dense;
    Matrix mass;
    double dt;

    Matrix solution()
    {
        systems.eliminate(dt);
        Matrix u = mass;
        systems.solve(u);
        return u;
    }
};

/// Rates and volumes are 10^x, x uniform in [-decades, decades].
Lines random_lines(Index count, Index n, bool circle, double decades, std::mt19937& random)
{
    std::uniform_real_distribution<double> exponent(-decades, decades);
    const auto draw = [&](double) { return std::pow(10.0, exponent(random)); };
    Lines lines{LineSystems(count, n, circle), {}, Matrix::Zero(count, n).unaryExpr(draw), 0.3};
    lines.systems.volumes = Matrix::Zero(count, n).unaryExpr(draw);
    for (Index l = 0; l < count; ++l) {
        Matrix dense = lines.systems.volumes.row(l).transpose().asDiagonal();
        for (Index i = 0; i < (circle ? n : n - 1); ++i) {
            const Index j = (i + 1) % n;
            const double forward = draw(0.0), backward = draw(0.0);
            lines.systems.forward(l, i) = forward;
            lines.systems.backward(l, i) = backward;
            dense(i, i) += lines.dt * forward;
            dense(j, i) -= lines.dt * forward;
            dense(j, j) += lines.dt * backward;
            dense(i, j) -= lines.dt * backward;
        }
        lines.dense.push_back(dense);
    }
    return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(solves_what_a_dense_solver_solves)
{
    std::mt19937 random(1);
    for (const bool circle : {false, true}) {
        for (const Index n : {2, 3, 4, 5, 17, 64}) {
            Lines lines = random_lines(3, n, circle, 1.0, random);
            const Matrix u = lines.solution();
            for (Index l = 0; l < 3; ++l) {
                const Field dense = lines.dense[static_cast<std::size_t>(l)].partialPivLu().solve(
                    lines.mass.row(l).transpose());
                BOOST_TEST_CONTEXT(n << (circle ? " cells of a circle" : " cells of a line"))
                {
                    BOOST_TEST((u.row(l).transpose() - dense).norm() < 1e-12 * dense.norm());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(stays_positive_and_keeps_the_mass_over_24_decades)
{
    std::mt19937 random(2);
    for (int pass = 0; pass < 100; ++pass) {
        Lines lines = random_lines(2, 2 + pass % 30, pass % 2 == 0, 12.0, random);
        const Matrix u = lines.solution();
        BOOST_TEST(u.minCoeff() > 0.0);
        for (Index l = 0; l < 2; ++l) {
            const double total = lines.systems.volumes.row(l).dot(u.row(l)),
                         expected = lines.mass.row(l).sum();
            BOOST_TEST(std::abs(total - expected) < 1e-13 * expected);
        }
    }
}

/// At rest every step rounds alike; the sum must not follow.
BOOST_AUTO_TEST_CASE(thousands_of_steps_keep_the_mass)
{
    std::mt19937 random(4);
    for (const bool circle : {false, true}) {
        Lines lines = random_lines(3, 300, circle, 1.0, random);
        lines.systems.eliminate(lines.dt);
        const auto totals = [&] {
            return Eigen::Matrix<long double, Eigen::Dynamic, 1>(
                lines.mass.cast<long double>().rowwise().sum());
        };
        const auto expected = totals();
        for (int step = 0; step < 5000; ++step) {
            lines.systems.advance(lines.mass);
        }
        const auto found = totals();
        for (Index l = 0; l < 3; ++l) {
            BOOST_TEST(std::abs(static_cast<double>(found[l] / expected[l] - 1.0L)) < 1e-15);
        }
        BOOST_TEST(lines.mass.minCoeff() > 0.0);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_cell_stays_nonnegative_and_zero_stays_zero)
{
    std::mt19937 random(3);
    Lines lines = random_lines(12, 12, true, 6.0, random);
    lines.mass.setZero();
    BOOST_TEST(lines.solution().isZero(0.0));
    lines.mass.setIdentity();
    BOOST_TEST(lines.solution().minCoeff() > 0.0);
}

/// One cell between two: 1e-12 of what it holds passes on, and that part is known to every digit.
BOOST_AUTO_TEST_CASE(a_small_part_is_known_to_every_digit)
{
    LineSystems systems(1, 2, false);
    systems.volumes.setOnes();
    systems.forward(0, 0) = 1e-12;
    systems.eliminate(1.0);
    Matrix u = Matrix::Zero(1, 2);
    u(0, 0) = 1.0;
    systems.solve(u);
    const double passed = 1e-12 / (1.0 + 1e-12);
    BOOST_TEST(std::abs(u(0, 1) - passed) < 4e-16 * passed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
