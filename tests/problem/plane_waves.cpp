// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/interacting.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>
#include <functional>

#include "../support/moving_points.hpp"
#include "../support/sanitized.hpp"
#include "widelimit/core/numbers.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

namespace {

/// -psi' of points on a circle of this length, all of mass `each`, under harmonics 1 to 40 of a kernel: as
/// good as the limit of many points where the density is analytic.
Matrix harmonics(const Kernel& kernel, double length, const Matrix& x, double each)
{
    Matrix velocity = Matrix::Zero(1, x.cols());
    const std::complex<double> turns(0.0, 2.0 * pi / length);
    const Eigen::ArrayXcd first = (turns * x.row(0).transpose().array().cast<std::complex<double>>()).exp();
    Eigen::ArrayXcd waves = first;
    for (int j = 1; j <= 40; ++j, waves *= first) {
        const double xi = 2.0 * pi * j / length, k = kernel.at(Field::Constant(1, xi));
        const std::complex<double> moment = each * waves.sum();
        velocity.row(0) += (2.0 * k * xi * (waves * std::conj(moment)).imag()).matrix().transpose();
    }
    return velocity;
}

std::string circle(double length)
{
    return "grid.axes.x = { from = 0, to = " + std::to_string(length) + ", sides = 'periodic' }\n";
}

/// 200 points spaced by quantiles under the kernel's harmonics.
void check_wave(const Problem& problem, double length, double t, double tolerance)
{
    const Index n = 200;
    const double each = problem.initial.mass / static_cast<double>(n);
    const Kernel& kernel = *problem.interaction->kernel;
    const Matrix x = flowed(quantiles(*problem.initial.laws.front(), n), t,
                            [&](const Matrix& now) { return harmonics(kernel, length, now, each); });
    for (const Index i : {Index{10}, Index{100}, Index{170}}) {
        const double mass = problem.exact->mass_between(1.0, x(0, 3), x(0, i), t);
        BOOST_TEST(std::abs(mass - each * static_cast<double>(i - 3)) < tolerance * problem.initial.mass);
    }
}

/// All cells of a grid with these numbers of cells on a torus.
struct Cells {
    Matrix lower, upper;
    Cells(const Problem& problem, const std::vector<Index>& shape)
    {
        Index count = 1;
        for (const Index n : shape) {
            count *= n;
        }
        lower.resize(static_cast<Index>(shape.size()), count);
        upper = lower;
        for (Index i = 0; i < count; ++i) {
            Index rest = i;
            for (std::size_t k = shape.size(); k-- > 0;) {
                const Coordinate& axis = problem.coordinates[k];
                const double h = (axis.to - axis.from) / static_cast<double>(shape[k]);
                lower(static_cast<Index>(k), i) = axis.from + h * static_cast<double>(rest % shape[k]);
                upper(static_cast<Index>(k), i) = lower(static_cast<Index>(k), i) + h;
                rest /= shape[k];
            }
        }
    }
};

/// int exp(i xi . x) dmu from the masses of all cells, whose averages take sin(xi h / 2) / (xi h / 2) off a
/// wave.
std::complex<double> coefficient(const Problem& problem, const std::vector<Index>& shape, const Field& xi,
                                 double t)
{
    const Cells cells(problem, shape);
    const Field masses = problem.exact->masses_in(1.0, cells.lower, cells.upper, t);
    std::complex<double> sum = 0.0;
    for (Index i = 0; i < masses.size(); ++i) {
        sum += masses[i] * std::polar(1.0, 0.5 * xi.dot(cells.lower.col(i) + cells.upper.col(i)));
    }
    for (Index k = 0; k < xi.size(); ++k) {
        const double half = 0.5 * xi[k] * (cells.upper(k, 0) - cells.lower(k, 0));
        sum /= half == 0.0 ? 1.0 : std::sin(half) / half;
    }
    return sum;
}

Field frequencies(const Problem& problem, std::initializer_list<double> modes)
{
    Field xi(static_cast<Index>(modes.size()));
    Index k = 0;
    for (const double mode : modes) {
        const Coordinate& axis = problem.coordinates[static_cast<std::size_t>(k)];
        xi[k++] = 2.0 * pi * mode / (axis.to - axis.from);
    }
    return xi;
}

/// A plane wave of amplitude 0.3, and mass 1.3, under the Sobolev kernel of order 1: D and masses.
void check_plane_wave(const Problem& problem, std::initializer_list<double> modes, std::vector<Index> shape,
                      double t)
{
    const Field xi = frequencies(problem, modes);
    double sum = 0.0;
    for (int j = 1; j <= 12; ++j) {
        sum += std::norm(coefficient(problem, shape, j * xi, t)) / (j * j * xi.squaredNorm());
    }
    auto values = problem.exact->values(t);
    BOOST_TEST(values["discrepancy"] == sum, tt::tolerance(1e-9));
    BOOST_TEST(values["objective"] == sum, tt::tolerance(1e-9));
    // phi_0 by bisection, the density by Gauss's rule of three points on a short box.
    Field lower(xi.size()), upper(xi.size());
    double volume = 1.0;
    for (Index k = 0; k < xi.size(); ++k) {
        const Coordinate& axis = problem.coordinates[static_cast<std::size_t>(k)];
        volume *= axis.to - axis.from;
        lower[k] = axis.from + 0.3 * (axis.to - axis.from);
        upper[k] = lower[k] + 0.02 * (axis.to - axis.from);
    }
    const double s = 0.3 * (1.0 - std::exp(-1.3 * t)), middle = 0.5, shift = std::sqrt(0.15);
    const auto density = [&](const Field& x) {
        double angle = 0.0, low = -100.0, high = 100.0;
        for (Index k = 0; k < xi.size(); ++k) {
            angle += xi[k] * (x[k] - problem.coordinates[static_cast<std::size_t>(k)].from);
        }
        for (int i = 0; i < 70; ++i) {
            const double half = 0.5 * (low + high);
            (half + s * std::sin(half) > angle ? high : low) = half;
        }
        return 1.3 / volume * (1.0 + 0.3 * std::cos(low)) / (1.0 + s * std::cos(low));
    };
    const std::function<double(Field, Index)> rule = [&](Field x, Index k) {
        if (k == xi.size()) {
            return density(x);
        }
        double part = 0.0;
        for (int i = -1; i <= 1; ++i) {
            x[k] = lower[k] + (middle + i * shift) * (upper[k] - lower[k]);
            part += (i == 0 ? 4.0 : 2.5) / 9.0 * rule(x, k + 1);
        }
        return part * (upper[k] - lower[k]);
    };
    BOOST_TEST(problem.exact->masses_in(1.0, lower, upper, t)[0] == rule(lower, 0), tt::tolerance(1e-9));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spreading_wave)

BOOST_AUTO_TEST_CASE(moves_as_points)
{
    for (const char* more : {"problem.initial = { law = 'wave', amplitude = 0.6, phase = 0.3 }",
                             "problem.initial = { law = 'wave', amplitude = 0.6 }\nproblem.mass = 1.7",
                             "problem.initial = { law = 'wave', amplitude = 0.4, mode = 2 }\nproblem.mass = "
                             "0.8\nproblem.target = { law = 'uniform', mass = 3 }"}) {
        for (const double length : {1.0, 2.5}) {
            const Problem problem =
                discrepancy(circle(length) + "problem.kernel = { name = 'sobolev', order = 1 }\n" + more);
            check_wave(problem, length, 0.6, 1e-10);
        }
    }
}

BOOST_AUTO_TEST_CASE(runs_across_tori_of_any_lengths, *test::UnlessSanitized())
{
    const std::string sobolev = "problem.kernel = { name = 'sobolev', order = 1 }\nproblem.mass = 1.3\n";
    const std::string x = "grid.axes.x = { from = 0.2, to = 1.7, sides = 'periodic' }\n",
                      y = "grid.axes.y = { from = 0, to = 1, sides = 'periodic' }\n",
                      z = "grid.axes.z = { from = -1, to = 2, sides = 'periodic' }\n";
    const Problem one = discrepancy(z + sobolev + "problem.initial = { law = 'wave', amplitude = 0.3 }");
    const Problem two =
        discrepancy(x + y + sobolev + "problem.initial = { law = 'wave', mode = [1, -2], amplitude = 0.3 }");
    const Problem three = discrepancy(
        x + y + z + sobolev + "problem.initial = { law = 'wave', mode = [-1, 1, 1], amplitude = 0.3 }");
    const Problem flat = discrepancy(x + y + z + sobolev +
                                     "problem.initial = { law = 'wave', mode = [1, 0, 1], amplitude = 0.3 }");
    for (const double t : {0.0, 0.5, 2.0}) {
        check_plane_wave(one, {1.0}, {64}, t);
        check_plane_wave(two, {1.0, -2.0}, {72, 72}, t);
        check_plane_wave(three, {-1.0, 1.0, 1.0}, {36, 36, 36}, t);
        check_plane_wave(flat, {1.0, 0.0, 1.0}, {40, 4, 40}, t);
    }
}

/// Where the wave starts from 0 the density stays 0, and rises to infinity nowhere.
BOOST_AUTO_TEST_CASE(may_begin_with_a_zero)
{
    const Problem problem = discrepancy(
        circle(1.0) + "problem.kernel = 'sobolev'\nproblem.initial = { law = 'wave', amplitude = 1 }");
    for (const double t : {0.0, 1.0, 8.0, 40.0}) {
        double sum = 0.0;
        for (int i = 0; i < 200; ++i) {
            const double mass = problem.exact->mass_between(1.0, i / 200.0, (i + 1) / 200.0, t);
            BOOST_TEST((mass > 0.0 && mass < 0.0101));
            sum += mass;
        }
        BOOST_TEST(sum == 1.0, tt::tolerance(1e-12));
        BOOST_TEST(problem.exact->values(t)["discrepancy"] == std::exp(-2.0 * t) / (16.0 * pi * pi),
                   tt::tolerance(1e-12));
    }
    BOOST_TEST(problem.exact->least_objective() == 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(fading_wave)

BOOST_AUTO_TEST_CASE(moves_as_points_up_to_the_square_of_its_amplitude)
{
    for (const char* kernel : {"{ name = 'gaussian', width = 0.3 }", "{ name = 'sobolev', order = 1.5 }"}) {
        const Problem problem =
            discrepancy(circle(2.5) + "problem.kernel = " + kernel +
                        "\nproblem.mass = 1.7\nproblem.initial = { law = 'wave', amplitude = 1e-4 }");
        check_wave(problem, 2.5, 0.4, 5e-9);
    }
}

/// Against the flow at any amplitude, of the order of the square of this one.
BOOST_AUTO_TEST_CASE(is_the_limit_of_the_spreading_wave)
{
    const Problem problem = discrepancy(
        "grid.axes.x = { from = 0.2, to = 1.7, sides = 'periodic' }\ngrid.axes.y = { from = 0, to = 1, sides "
        "= "
        "'periodic' }\nproblem.kernel = { name = 'sobolev', order = 1 }\nproblem.mass = 1.3\nproblem.initial "
        "= "
        "{ law = 'wave', mode = [1, -2], amplitude = 1e-4 }");
    const auto linear = make_fading_wave(problem);
    BOOST_REQUIRE(linear);
    const Cells cells(problem, {24, 24});
    const double t = 0.5;
    const Field difference = linear->masses_in(1.0, cells.lower, cells.upper, t) -
                             problem.exact->masses_in(1.0, cells.lower, cells.upper, t);
    BOOST_TEST(difference.cwiseAbs().sum() < 1.3 * 0.5e-8);
    BOOST_TEST(difference.cwiseAbs().sum() > 1.3 * 0.5e-9);
    BOOST_TEST(linear->values(t)["discrepancy"] == problem.exact->values(t)["discrepancy"],
               tt::tolerance(1e-8));
}

/// The logarithm of the first harmonic falls at the rate |xi|^2 (K M + tau); D is that of the masses.
BOOST_AUTO_TEST_CASE(fades_by_kernel_and_noise)
{
    const Problem problem = discrepancy(
        "grid.axes.x = { from = 0, to = 2, sides = 'periodic' }\ngrid.axes.y = { from = 0, to = 3, sides = "
        "'periodic' }\nproblem.kernel = { name = 'gaussian', width = 0.4 }\nproblem.mass = 1.3\n"
        "problem.temperature = { reciprocal = 0.1, after = 0.5 }\nproblem.initial = { law = 'wave', mode = "
        "[1, "
        "1], amplitude = 1e-4, phase = 0.4 }\nproblem.target = { law = 'uniform', mass = 2 }\ntime.speed = "
        "2.0");
    const std::vector<Index> shape{16, 16};
    const Field xi = frequencies(problem, {1.0, 1.0});
    const double t = 0.2, h = 1e-4, square = pi * pi * (1.0 + 4.0 / 9.0), factor = 2.0 * pi * 0.16 / 6.0;
    const double k = factor * std::exp(-0.08 * square), tau = 0.1 / (1.0 + t / 0.5);
    const double before = std::abs(coefficient(problem, shape, xi, t - h)),
                 after = std::abs(coefficient(problem, shape, xi, t + h));
    BOOST_TEST(std::log(after / before) / (2.0 * h) == -2.0 * square * (1.3 * k + tau), tt::tolerance(1e-6));
    auto values = problem.exact->values(t);
    const double wave = k * std::norm(coefficient(problem, shape, xi, t));
    BOOST_TEST(values["discrepancy"] - 0.5 * factor * 0.49 == wave, tt::tolerance(1e-5));
    BOOST_TEST(values["objective"] - values["discrepancy"] == tau * 1.3 * std::log(1.3 / 6.0),
               tt::tolerance(1e-8));
}

BOOST_AUTO_TEST_SUITE_END()
