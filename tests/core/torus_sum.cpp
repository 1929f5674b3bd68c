// SPDX-License-Identifier: BSD-3-Clause
// Fast sums over points on a torus against the plain double sum over points and modes.
#include "widelimit/core/torus_sum.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "support/threads.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(torus_sums)

namespace {

using Complex = std::complex<double>;

std::vector<TorusAxis> torus(std::size_t rank)
{
    std::vector<TorusAxis> axes = {{-1.0, 2.5, 9}, {0.0, 1.0, 6}, {3.0, 7.0, 4}};
    axes.resize(rank);
    return axes;
}

double coefficient(const Field& xi)
{
    return 1.0 / (1.0 + 0.1 * xi.squaredNorm());
}

/// Also beyond the ends of the axes: a torus has none.
Matrix random_points(const std::vector<TorusAxis>& axes, Index count, unsigned seed)
{
    Matrix points(static_cast<Index>(axes.size()), count);
    for (std::size_t a = 0; a < axes.size(); ++a) {
        const Field part = test::random_field(count, -1.0, 2.0, seed + static_cast<unsigned>(a));
        points.row(static_cast<Index>(a)) = (axes[a].from + axes[a].length * part.array()).transpose();
    }
    return points;
}

template <class Visit>
void for_each_mode(const std::vector<TorusAxis>& axes, const Visit& visit)
{
    Field xi(static_cast<Index>(axes.size()));
    const auto next = [&](const auto& self, std::size_t a) -> void {
        if (a == axes.size()) {
            visit(xi);
            return;
        }
        for (Index j = -axes[a].modes; j <= axes[a].modes; ++j) {
            xi[static_cast<Index>(a)] = 2.0 * pi * static_cast<double>(j) / axes[a].length;
            self(self, a + 1);
        }
    };
    next(next, 0);
}

Complex wave(const std::vector<TorusAxis>& axes, const Field& xi, const Field& x)
{
    double angle = 0.0;
    for (std::size_t a = 0; a < axes.size(); ++a) {
        angle += xi[static_cast<Index>(a)] * (x[static_cast<Index>(a)] - axes[a].from);
    }
    return std::polar(1.0, angle);
}

struct Direct {
    Field psi;
    Matrix gradient;
    double value = 0.0, size = 0.0, steepest = 0.0;
};

/// psi and its gradient at the first points, the sum of |c|, and the largest |xi|.
Direct direct_sum(const std::vector<TorusAxis>& axes, const Matrix& points, const Field& charges,
                  Index targets, const Matrix& atoms, const Field& masses)
{
    Direct sum;
    sum.psi.setZero(targets);
    sum.gradient.setZero(points.rows(), targets);
    for_each_mode(axes, [&](const Field& xi) {
        Complex charge = 0.0;
        for (Index p = 0; p < points.cols(); ++p) {
            charge += charges[p] * std::conj(wave(axes, xi, points.col(p)));
        }
        for (Index p = 0; p < atoms.cols(); ++p) {
            charge -= masses[p] * std::conj(wave(axes, xi, atoms.col(p)));
        }
        const double c = coefficient(xi);
        sum.value += 0.5 * c * std::norm(charge);
        sum.size += c;
        sum.steepest = std::max(sum.steepest, xi.norm());
        for (Index p = 0; p < targets; ++p) {
            const Complex term = c * charge * wave(axes, xi, points.col(p));
            sum.psi[p] += term.real();
            sum.gradient.col(p) -= term.imag() * xi;
        }
    });
    return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_fast_sum_is_the_plain_sum)
{
    for (const std::size_t rank : {1u, 2u, 3u}) {
        const auto axes = torus(rank);
        TorusSum fast(axes, coefficient);
        for (const Index count : {1, 7, 300}) {
            const Matrix points = random_points(axes, count, 3), atoms = random_points(axes, 4, 9);
            const Field charges = test::random_field(count, -1.0, 1.0, 4),
                        masses = test::random_field(4, 0.0, 1.0, 5);
            fast.subtract(fast.modes_of(atoms, masses));
            Field psi;
            Matrix gradient;
            const double value = fast.evaluate(points, charges, psi, gradient);
            const Direct sum = direct_sum(axes, points, charges, count, atoms, masses);
            const double all = charges.lpNorm<1>() + masses.lpNorm<1>(), scale = sum.size * all;
            BOOST_TEST((psi - sum.psi).cwiseAbs().maxCoeff() < 1e-11 * scale, "rank " << rank);
            BOOST_TEST((gradient - sum.gradient).cwiseAbs().maxCoeff() < 1e-11 * sum.steepest * scale,
                       "rank " << rank);
            BOOST_TEST(std::abs(value - sum.value) < 1e-11 * scale * all, "rank " << rank);
        }
    }
}

/// 1 + cos(2 pi j (x - from) / L) / 2 has the modes 1 and 1/4 at 0 and at +-j, times the length.
BOOST_AUTO_TEST_CASE(modes_of_cells_are_those_of_the_density)
{
    const std::vector<TorusAxis> axes = {{-1.0, 2.5, 9}};
    TorusSum fast(axes, coefficient);
    const Index cells = 40, mode = 3;
    Field masses(cells);
    for (Index i = 0; i < cells; ++i) {
        const auto integral = [&](double s) {
            const double xi = 2.0 * pi * static_cast<double>(mode) / 2.5;
            return s + 0.5 * std::sin(xi * s) / xi;
        };
        const double h = 2.5 / static_cast<double>(cells);
        masses[i] = integral(h * static_cast<double>(i + 1)) - integral(h * static_cast<double>(i));
    }
    const TorusSum::Modes modes = fast.modes_of_cells({cells}, masses);
    for (Index j = 0; j <= 9; ++j) {
        const double expected = j == 0 ? 2.5 : j == mode ? 0.25 * 2.5 : 0.0;
        BOOST_TEST(std::abs(modes[static_cast<std::size_t>(j)] - expected) < 1e-14);
    }
}

BOOST_AUTO_TEST_CASE(the_response_bounds_the_sum_of_the_modes)
{
    const auto axes = torus(2);
    const TorusSum fast(axes, coefficient);
    Field mobility(2);
    mobility << 0.5, 2.0;
    double expected = 0.0;
    for_each_mode(axes, [&](const Field& xi) {
        expected += coefficient(xi) * (0.3 + 0.5 * xi[0] * xi[0] + 2.0 * xi[1] * xi[1]);
    });
    BOOST_TEST(std::abs(fast.response(0.3, mobility) - expected) < 1e-12 * expected);
}

BOOST_AUTO_TEST_CASE(the_bits_do_not_depend_on_the_threads)
{
    const auto axes = torus(2);
    TorusSum fast(axes, coefficient);
    const Matrix points = random_points(axes, 40000, 3);
    const Field charges = test::random_field(40000, -1.0, 1.0, 4);
    Field one, two;
    Matrix first, second;
    {
        const test::Threads threads(1);
        fast.evaluate(points, charges, one, first);
    }
    const test::Threads threads(3);
    fast.evaluate(points, charges, two, second);
    BOOST_TEST((one == two));
    BOOST_TEST((first == second));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
