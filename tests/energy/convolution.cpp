// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/convolution.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

#include "../support/direct_sum.hpp"
#include "../support/kernel_case.hpp"
#include "../support/random.hpp"
#include "../support/refusal.hpp"
#include "widelimit/core/eigensystem.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(convolutions)

namespace {

constexpr double pi = std::numbers::pi;
const char* const narrow = "{ name = 'gaussian', width = 0.3 }";

EvenAxis circle(Index cells, double from = 0.0, double to = 2.0 * pi)
{
    return {cells, from, to, true};
}

EvenAxis line(Index cells, double from = -1.0, double to = 2.0)
{
    return {cells, from, to, false};
}

std::vector<Coordinate> coordinates(const std::vector<EvenAxis>& axes)
{
    std::vector<Coordinate> list;
    for (const EvenAxis& axis : axes) {
        list.push_back({"x" + std::to_string(list.size()), "", axis.circle, axis.from, axis.to});
    }
    return list;
}

Convolution make_convolution(const std::vector<EvenAxis>& axes, const std::string& kernel)
{
    return Convolution(axes, *kernel_of(kernel, coordinates(axes)));
}

/// Even in all arguments together, in none alone.
class Tilted : public Kernel {
public:
    double at(const Field& z) const override
    {
        return std::exp(-0.1 * z.squaredNorm() - 0.15 * z[0] * z[z.size() - 1]);
    }
};

class Infinite : public Kernel {
public:
    double at(const Field& z) const override { return 1.0 / z.norm(); }
};

/// Rows [coordinates..., mass]: two anywhere, one at the end of every axis and one at a centre.
Matrix some_atoms(const std::vector<EvenAxis>& axes)
{
    const Index rank = static_cast<Index>(axes.size());
    Matrix atoms(4, rank + 1);
    const Field shares = random_field(2 * rank, 0.0, 1.0, 5);
    for (Index a = 0; a < rank; ++a) {
        const EvenAxis& axis = axes[static_cast<std::size_t>(a)];
        for (Index k = 0; k < 2; ++k) {
            atoms(k, a) = axis.from + shares[2 * a + k] * (axis.to - axis.from);
        }
        atoms(2, a) = axis.to;
        atoms(3, a) = axis.from + (static_cast<double>(axis.cells / 2) + 0.5) * axis.width();
    }
    atoms.col(rank) << 0.4, 0.7, -0.2, 0.3;
    return atoms;
}

/// psi and, last, D.
Field evaluated(const Convolution& convolution, const Field& masses)
{
    Field psi;
    const double value = convolution.evaluate(masses, psi);
    Field both(psi.size() + 1);
    both << psi, value;
    return both;
}

void check_against_sum(const std::vector<EvenAxis>& axes, const Kernel& kernel)
{
    const DirectSum sum(axes, kernel);
    Convolution convolution(axes, kernel);
    const Field masses = random_field(sum.cells(), 0.0, 1.0, 6),
                target = random_field(sum.cells(), 0.0, 1.0, 7);
    const Field none;
    const Matrix no_atoms, atoms = some_atoms(axes);
    const auto check = [&](const Field& cells, const Matrix& points) {
        convolution.compare_with(cells, points);
        const Field result = evaluated(convolution, masses), expected = sum(masses, cells, points);
        BOOST_TEST((result - expected).head(sum.cells()).norm() <= 1e-12 * expected.head(sum.cells()).norm());
        BOOST_TEST(result[sum.cells()] == expected[sum.cells()], tt::tolerance(1e-12));
    };
    const Field alone = evaluated(convolution, masses), expected = sum(masses, none, no_atoms);
    BOOST_TEST((alone - expected).norm() <= 1e-12 * expected.norm());
    check(none, no_atoms);
    check(target, no_atoms);
    check(none, atoms);
    check(target, atoms);
}

void check_against_sum(const std::vector<EvenAxis>& axes, const char* kernel)
{
    BOOST_TEST_CONTEXT(kernel << " on " << axes.size() << " axes, the first of " << axes[0].cells << " cells")
    {
        check_against_sum(axes, *kernel_of(kernel, coordinates(axes)));
    }
}

Matrix operator_of(const Convolution& convolution, Index cells)
{
    Matrix matrix(cells, cells);
    for (Index j = 0; j < cells; ++j) {
        Field psi;
        convolution.evaluate(Field::Unit(cells, j), psi);
        matrix.col(j) = psi;
    }
    return matrix;
}

}  // namespace

BOOST_AUTO_TEST_CASE(circles_agree_with_the_sum)
{
    for (const Index cells : {2, 3, 8, 9, 14}) {
        for (const char* kernel : {"{ name = 'sobolev', order = 0.6 }", "'cosine'", narrow}) {
            check_against_sum({circle(cells, -0.5, 2.5)}, kernel);
        }
    }
    check_against_sum({circle(1)}, narrow);
    for (const char* kernel : {"'sobolev'", narrow}) {
        for (const Index cells : {4, 5}) {
            check_against_sum({circle(cells), circle(6, -1.0, 1.0)}, kernel);
            check_against_sum({circle(6, -1.0, 1.0), circle(cells)}, kernel);
        }
        check_against_sum({circle(3), circle(4, -1.0, 1.0), circle(2)}, kernel);
    }
}

BOOST_AUTO_TEST_CASE(lines_agree_with_the_sum)
{
    for (const char* kernel : {narrow, "{ name = 'quadratic', strength = 1.5 }"}) {
        for (const Index cells : {1, 2, 7, 12}) {
            check_against_sum({line(cells)}, kernel);
        }
        check_against_sum({line(5), line(8, 0.0, 1.0)}, kernel);
        check_against_sum({line(3), line(4, 0.0, 1.0), line(5)}, kernel);
    }
}

BOOST_AUTO_TEST_CASE(circles_and_lines_together_agree_with_the_sum)
{
    check_against_sum({circle(6), line(5)}, narrow);
    check_against_sum({line(5), circle(6)}, narrow);
    check_against_sum({line(4), circle(5)}, narrow);
    check_against_sum({line(3), line(5), circle(4)}, narrow);
    check_against_sum({line(3), circle(4), line(5)}, narrow);
    check_against_sum({circle(3), line(4), circle(4)}, narrow);
}

BOOST_AUTO_TEST_CASE(kernels_that_are_even_only_as_a_whole_agree_with_the_sum)
{
    // Their values for +n / 2 and -n / 2 differ.
    check_against_sum({circle(4), circle(6)}, Tilted());
    check_against_sum({line(4), line(5)}, Tilted());
}

BOOST_AUTO_TEST_CASE(cosine_has_the_closed_form)
{
    // With z = int e^(i theta) d(mu - nu): psi = Re(conj(z) e^(i theta)), D = |z|^2 / 2.
    const Index cells = 12;
    Convolution convolution = make_convolution({circle(cells)}, "'cosine'");
    const Field masses = random_field(cells, 0.0, 1.0, 8);
    Matrix atoms(3, 2);
    atoms << 0.3, 0.5, 6.2, 0.25, -17.0, 0.125;
    convolution.compare_with(Field(), atoms);
    const auto angle = [&](Index i) { return 2.0 * pi * (static_cast<double>(i) + 0.5) / 12.0; };
    std::complex<double> z = 0.0;
    for (Index i = 0; i < cells; ++i) {
        z += std::polar(masses[i], angle(i));
    }
    for (Index k = 0; k < 3; ++k) {
        z -= std::polar(atoms(k, 1), atoms(k, 0));
    }
    const Field result = evaluated(convolution, masses);
    for (Index i = 0; i < cells; ++i) {
        BOOST_TEST(std::abs(result[i] - (std::conj(z) * std::polar(1.0, angle(i))).real()) < 1e-14);
    }
    BOOST_TEST(result[cells] == 0.5 * std::norm(z), tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(quadratic_has_the_closed_form)
{
    // D = (a / 4) int int |x - y|^2 = (a / 2) (mass * second moment - first moment^2) without a target.
    const Index cells = 20;
    const Field masses = random_field(cells, 0.0, 1.0, 9);
    const Field centres = Field::LinSpaced(cells, -1.0 + 0.075, 2.0 - 0.075);
    const double first = masses.dot(centres), second = masses.dot(centres.cwiseAbs2());
    Field psi;
    const double value =
        make_convolution({line(cells)}, "{ name = 'quadratic', strength = 3 }").evaluate(masses, psi);
    BOOST_TEST(value == 1.5 * (masses.sum() * second - first * first), tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(small_discrepancies_keep_their_digits)
{
    // D of the order 1e-21.  The difference of two measures of order one, rounded, would give six digits.
    for (const std::vector<EvenAxis>& axes :
         {std::vector<EvenAxis>{circle(8), line(7)}, {circle(6), circle(9)}}) {
        const auto kernel = kernel_of(narrow, coordinates(axes));
        const DirectSum sum(axes, *kernel);
        Convolution convolution(axes, *kernel);
        const Field target = random_field(sum.cells(), 0.0, 1.0, 10);
        const Field masses = target + 1e-10 * random_field(sum.cells(), -1.0, 1.0, 11);
        convolution.compare_with(target, Matrix());
        const Field result = evaluated(convolution, masses);
        const Field expected = sum(masses - target, Field(), Matrix());
        BOOST_TEST(expected[sum.cells()] < 1e-19);
        BOOST_TEST(result[sum.cells()] == expected[sum.cells()], tt::tolerance(1e-13));
        BOOST_TEST((result - expected).norm() < 1e-13 * expected.norm());
        BOOST_TEST(evaluated(convolution, target).norm() == 0.0);
    }
}

BOOST_AUTO_TEST_CASE(psi_is_the_gradient_and_its_operator_symmetric)
{
    for (const std::vector<EvenAxis>& axes :
         {std::vector<EvenAxis>{circle(6), line(5)}, {line(4), line(5)}}) {
        Convolution convolution(axes, *kernel_of(narrow, coordinates(axes)));
        const Index cells = axes[0].cells * axes[1].cells;
        const Matrix matrix = operator_of(convolution, cells);
        BOOST_TEST((matrix - matrix.transpose()).cwiseAbs().maxCoeff() < 1e-15);
        convolution.compare_with(random_field(cells, 0.0, 1.0, 12), some_atoms(axes));
        const Field masses = random_field(cells, 0.0, 1.0, 13), psi = evaluated(convolution, masses);
        for (Index i = 0; i < cells; ++i) {
            // Differences of a quadratic form over two steps are exact.
            const Field up = evaluated(convolution, masses + Field::Unit(cells, i));
            const Field down = evaluated(convolution, masses - Field::Unit(cells, i));
            BOOST_TEST(std::abs(0.5 * (up[cells] - down[cells]) - psi[i]) < 1e-13);
        }
    }
}

BOOST_AUTO_TEST_CASE(circles_have_no_origin)
{
    const std::vector<EvenAxis> axes = {circle(5), circle(7, 0.0, 1.0)};
    Convolution convolution(axes, *kernel_of("{ name = 'sobolev', order = 0.5 }", coordinates(axes)));
    const Field masses = random_field(35, 0.0, 1.0, 14);
    Matrix atoms = some_atoms(axes);
    convolution.compare_with(Field(), atoms);
    const Field result = evaluated(convolution, masses);
    // Turned by two cells and one, psi and D turn with the measures.
    atoms.col(0).array() += 2.0 * axes[0].width();
    atoms.col(1).array() += axes[1].width() - 3.0;
    convolution.compare_with(Field(), atoms);
    const auto turned = [](Index i) { return (i / 7 + 2) % 5 * 7 + (i % 7 + 1) % 7; };
    Field masses_after(35);
    for (Index i = 0; i < 35; ++i) {
        masses_after[turned(i)] = masses[i];
    }
    const Field after = evaluated(convolution, masses_after);
    for (Index i = 0; i < 35; ++i) {
        BOOST_TEST(std::abs(after[turned(i)] - result[i]) < 1e-14);
    }
    BOOST_TEST(after[35] == result[35], tt::tolerance(1e-13));
    // Atoms alone may turn by any angle if the number of cells is odd.
    const double value = evaluated(convolution, Field::Zero(35))[35];
    atoms.col(0).array() += 0.123;
    convolution.compare_with(Field(), atoms);
    BOOST_TEST(evaluated(convolution, Field::Zero(35))[35] == value, tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(sobolev_does_not_see_constants)
{
    const std::vector<EvenAxis> axes = {circle(6), circle(4)};
    const Convolution convolution = make_convolution(axes, "'sobolev'");
    const Field masses = random_field(24, 0.0, 1.0, 15);
    BOOST_TEST(evaluated(convolution, Field::Constant(24, 0.7)).norm() < 1e-15);
    BOOST_TEST((evaluated(convolution, masses) - evaluated(convolution, masses.array() + 3.0)).norm() <
               1e-13);
    BOOST_TEST(std::abs(evaluated(convolution, masses).head(24).sum()) < 1e-14);
}

BOOST_AUTO_TEST_CASE(positive_kernels_give_nonnegative_discrepancies)
{
    for (unsigned seed = 20; seed < 40; ++seed) {
        BOOST_TEST(evaluated(make_convolution({circle(9)}, "'sobolev'"),
                             random_field(9, -1.0, 1.0, seed))[9] >= 0.0);
        BOOST_TEST(
            evaluated(make_convolution({circle(8)}, "'cosine'"), random_field(8, -1.0, 1.0, seed))[8] >= 0.0);
        BOOST_TEST(evaluated(make_convolution({circle(8)}, narrow), random_field(8, -1.0, 1.0, seed))[8] >=
                   0.0);
        BOOST_TEST(evaluated(make_convolution({line(8)}, narrow), random_field(8, -1.0, 1.0, seed))[8] >=
                   0.0);
    }
}

BOOST_AUTO_TEST_CASE(response_bounds_the_linearised_rates)
{
    // Rates of d_t delta = -(growth - M Laplace) K delta at density 1: eigenvalues of K^(1/2) (...) K^(1/2).
    for (const EvenAxis& axis : {circle(8), circle(9), line(9)}) {
        const Convolution convolution = make_convolution({axis}, narrow);
        const Index n = axis.cells;
        Matrix drops = Matrix::Zero(axis.circle ? n : n - 1, n);
        for (Index i = 0; i < drops.rows(); ++i) {
            drops(i, i) = -1.0 / axis.width();
            drops(i, (i + 1) % n) = 1.0 / axis.width();
        }
        const Matrix metric = 0.3 * Matrix::Identity(n, n) + 0.5 * drops.transpose() * drops;
        const Eigensystem system(metric);
        const Matrix root =
            system.vectors * system.values.cwiseSqrt().asDiagonal() * system.vectors.transpose();
        const Matrix rates = axis.width() * root * operator_of(convolution, n) * root;
        const double fastest = Eigensystem(rates).values.maxCoeff();
        const double bound = convolution.response(0.3, Field::Constant(1, 0.5)).per_density;
        BOOST_TEST(bound >= fastest * (1.0 - 1e-13));
        // On a circle the bound is attained; along a line by waves that do not feel the ends.
        BOOST_TEST(bound <= fastest * (axis.circle ? 1.0 + 1e-12 : 1.5));
    }
    // Attraction and repulsion are equally fast.
    const Convolution attract = make_convolution({line(9)}, "{ name = 'quadratic', strength = 2 }");
    const Convolution repel = make_convolution({line(9)}, "{ name = 'quadratic', strength = -2 }");
    BOOST_TEST(attract.response(0.0, Field::Ones(1)).per_density > 1.0);
    BOOST_TEST(attract.response(0.0, Field::Ones(1)).per_density ==
               repel.response(0.0, Field::Ones(1)).per_density);
    // Each axis has its own mobility: cos in x, of wave number one, and h^2 sin^2(pi / n) next to 1.
    const Convolution plane = make_convolution({circle(4), circle(6, 0.0, 1.0)}, "'sobolev'");
    const double slope = 2.0 / (0.5 * pi) * std::sin(pi / 4.0);
    BOOST_TEST(
        plane.response(0.25, Field::Unit(2, 0)).per_density == pi / 12.0 * 24.0 * (0.25 + slope * slope),
        tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(targets_that_do_not_fit_are_refused)
{
    Convolution convolution = make_convolution({circle(4), line(4)}, narrow);
    Matrix atoms(2, 3);
    atoms << -9.0, 0.0, 1.0, 9.0, 2.5, 1.0;
    BOOST_TEST(refusal([&] { convolution.compare_with(Field(), atoms); }) ==
               "atom 2 of the target lies outside the grid: 2.5 is not in [-1, 2]");
    atoms(1, 1) = 2.0;
    BOOST_TEST(refusal([&] { convolution.compare_with(Field(), atoms); }) == "accepted");
    atoms(0, 2) = std::nan("");
    BOOST_TEST(refusal([&] { convolution.compare_with(Field(), atoms); }) ==
               "atom 1 of the target has a number that is not finite");
    BOOST_CHECK_THROW(convolution.compare_with(Field::Ones(4), Matrix()), std::logic_error);
    BOOST_CHECK_THROW(convolution.compare_with(Field(), Matrix::Ones(1, 2)), std::logic_error);
    Field psi;
    BOOST_CHECK_THROW(convolution.evaluate(Field::Ones(4), psi), std::logic_error);
    BOOST_CHECK_THROW(convolution.response(1.0, Field::Ones(1)), std::logic_error);
    BOOST_CHECK_THROW(Convolution({line(2)}, Infinite()), std::logic_error);
    BOOST_CHECK_THROW(make_convolution({}, narrow), std::logic_error);
    BOOST_CHECK_THROW(make_convolution({line(0)}, narrow), std::logic_error);
}

/// Growth alone: rates are the eigenvalues of diag(m)^(1/2) K diag(m)^(1/2), and of a single cell's mass
/// K(0).
BOOST_AUTO_TEST_CASE(the_response_per_mass_bounds_concentrated_measures)
{
    for (const EvenAxis& axis : {circle(15, 0.0, 3.0), circle(16, 0.0, 3.0), line(14)}) {
        const Convolution convolution = make_convolution({axis}, narrow);
        const Matrix kernel = operator_of(convolution, axis.cells);
        const double per_mass = convolution.response(1.0, Field::Zero(1)).per_mass;
        const Field root = random_field(axis.cells, 0.0, 1.0, 5);
        const double fastest = Eigensystem(root.asDiagonal() * kernel * root.asDiagonal()).values.maxCoeff();
        BOOST_TEST(per_mass * root.squaredNorm() >= fastest * (1.0 - 1e-13));
        if (axis.circle) {
            BOOST_TEST(per_mass == kernel(3, 3), tt::tolerance(1e-12));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
