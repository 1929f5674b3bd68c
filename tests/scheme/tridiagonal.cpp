// SPDX-License-Identifier: BSD-3-Clause
// The elimination without subtraction against a dense solver, and what it promises beyond that.
#include "../../solver/scheme/tridiagonal.hpp"

#include <Eigen/LU>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

namespace widelimit {
namespace {

struct System {
    CyclicTridiagonal matrix;
    Matrix dense;
    Field volumes, mass;
};

/// Rates and volumes are 10^x, x uniform in [-decades, decades].
System random_system(Index n, bool circle, double decades, std::mt19937& random)
{
    std::uniform_real_distribution<double> exponent(-decades, decades);
    const auto draw = [&](double) { return std::pow(10.0, exponent(random)); };
    const Field volumes = Field::Zero(n).unaryExpr(draw);
    System system{CyclicTridiagonal(volumes), volumes.asDiagonal(), volumes, Field::Zero(n).unaryExpr(draw)};
    for (Index i = 0; i < (circle ? n : n - 1); ++i) {
        const Index j = (i + 1) % n;
        const double forward = draw(0.0), backward = draw(0.0);
        system.matrix.couple(i, j, forward, backward);
        system.dense(i, i) += forward;
        system.dense(j, i) -= forward;
        system.dense(j, j) += backward;
        system.dense(i, j) -= backward;
    }
    return system;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tridiagonal)

BOOST_AUTO_TEST_CASE(solves_what_a_dense_solver_solves)
{
    std::mt19937 random(1);
    for (const bool circle : {false, true}) {
        for (const Index n : {2, 3, 4, 5, 17, 64}) {
            const System system = random_system(n, circle, 1.0, random);
            const Field u = system.matrix.solve(system.mass);
            const Field dense = system.dense.partialPivLu().solve(system.mass);
            BOOST_TEST_CONTEXT(n << (circle ? " cells of a circle" : " cells of a line"))
            {
                BOOST_TEST((u - dense).norm() < 1e-12 * dense.norm());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(stays_positive_and_keeps_the_mass_over_24_decades)
{
    std::mt19937 random(2);
    for (int pass = 0; pass < 200; ++pass) {
        const System system = random_system(2 + pass % 30, pass % 2 == 0, 12.0, random);
        const Field u = system.matrix.solve(system.mass);
        BOOST_TEST(u.minCoeff() > 0.0);
        const double total = system.volumes.dot(u), expected = system.mass.sum();
        BOOST_TEST(std::abs(total - expected) < 1e-13 * expected);
    }
}

BOOST_AUTO_TEST_CASE(an_empty_cell_stays_nonnegative_and_zero_stays_zero)
{
    std::mt19937 random(3);
    const System system = random_system(12, true, 6.0, random);
    BOOST_TEST(system.matrix.solve(Field::Zero(12)).isZero(0.0));
    for (Index i = 0; i < 12; ++i) {
        BOOST_TEST(system.matrix.solve(Field::Unit(12, i)).minCoeff() > 0.0);
    }
}

/// One cell between two: 1e-12 of what it holds passes on, and that part is known to every digit.
BOOST_AUTO_TEST_CASE(a_small_part_is_known_to_every_digit)
{
    CyclicTridiagonal matrix(Field::Ones(2));
    matrix.couple(0, 1, 1e-12, 0.0);
    const Field u = matrix.solve(Field::Unit(2, 0));
    const double passed = 1e-12 / (1.0 + 1e-12);
    BOOST_TEST(std::abs(u[1] - passed) < 4e-16 * passed);
}

BOOST_AUTO_TEST_CASE(cells_out_of_memory_order_are_a_bug)
{
    CyclicTridiagonal matrix(Field::Ones(4));
    BOOST_CHECK_THROW(matrix.couple(0, 2, 1.0, 1.0), std::logic_error);
    BOOST_CHECK_THROW(matrix.couple(1, 0, 1.0, 1.0), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
