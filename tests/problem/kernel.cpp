// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/kernel.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

#include "../support/kernel_case.hpp"
#include "../support/refusal.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(kernel_values)

namespace {

constexpr double pi = std::numbers::pi;

const Coordinate circle = {"angle", "an angle", true, 0.0, 2.0 * pi};
const Coordinate turn = {"x", "a circle of length 3", true, -1.0, 2.0};
const Coordinate line = {"b", "a line"};

double at(const Kernel& kernel, const std::vector<double>& arguments)
{
    return kernel.at(Eigen::Map<const Field>(arguments.data(), static_cast<Index>(arguments.size())));
}

/// sum_j at(xi_j) cos(xi_j z), |j| <= 60.
double series(const Kernel& kernel, double length, double z)
{
    double sum = 0.0;
    for (int j = -60; j <= 60; ++j) {
        const double xi = 2.0 * pi * j / length;
        sum += at(kernel, {xi}) * std::cos(xi * z);
    }
    return sum;
}

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(cosine_is_a_cosine_of_the_angle)
{
    const auto on_angle = kernel_of("'cosine'", {circle}), on_turn = kernel_of("'cosine'", {turn});
    for (const double z : {0.0, 0.4, -1.1}) {
        BOOST_TEST(std::abs(series(*on_angle, 2.0 * pi, z) - std::cos(z)) < 1e-14);
        BOOST_TEST(std::abs(series(*on_turn, 3.0, z) - std::cos(2.0 * pi * z / 3.0)) < 1e-14);
    }
}

BOOST_AUTO_TEST_CASE(distance_on_a_circle_is_the_chord)
{
    const auto kernel = kernel_of("'distance'", {turn});
    const auto chord = [](double z) { return 3.0 / pi * std::abs(std::sin(pi * z / 3.0)); };
    // 2 L / pi^2 * 2 / (4 * 60) is what the sum leaves out at most.
    for (const double z : {0.0, 0.4, -1.1, 1.5}) {
        BOOST_TEST(std::abs(series(*kernel, 3.0, z) + chord(z)) < 6.0 / (pi * pi) / 120.0);
    }
    BOOST_TEST(at(*kernel, {0.0}) == -6.0 / (pi * pi), tt::tolerance(1e-15));
    BOOST_TEST(has(refusal([] { kernel_of("'distance'", {circle, turn}); }), "for lines, or for one circle"));
}

BOOST_AUTO_TEST_CASE(gaussian_is_a_gaussian_summed_over_turns)
{
    const double width = 0.5;
    const auto gaussian = [](double z) { return std::exp(-2.0 * z * z); };
    const auto periodic = [&](double z) {
        double sum = 0.0;
        for (int k = -5; k <= 5; ++k) {
            sum += gaussian(z + 3.0 * k);
        }
        return sum;
    };
    const auto kernel = kernel_of("{ name = 'gaussian', width = 0.5 }", {turn});
    const auto mixed = kernel_of("{ name = 'gaussian', width = 0.5 }", {line, turn, line});
    for (const double z : {0.0, 0.3, -1.4}) {
        BOOST_TEST(series(*kernel, 3.0, z) == periodic(z), tt::tolerance(1e-13));
        const double xi = 2.0 * pi * 2.0 / 3.0;
        BOOST_TEST(at(*mixed, {z, xi, 0.7}) == gaussian(z) * gaussian(0.7) * at(*kernel, {xi}),
                   tt::tolerance(1e-13));
    }
    BOOST_TEST(at(*kernel_of("{ name = 'gaussian', width = 2 }", {line}), {2.0}) == std::exp(-0.5),
               tt::tolerance(1e-15));
    BOOST_TEST(at(*kernel, {0.0}) == width * std::sqrt(2.0 * pi) / 3.0, tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(sobolev_decays_as_a_power_and_leaves_out_the_mean)
{
    // sum over j != 0 of cos(j z) / j^2 = pi^2 / 3 - pi |z| + z^2 / 2; what lies beyond 60 is below 2 / 60.
    const auto one = kernel_of("'sobolev'", {circle});
    for (const double z : {0.0, 1.0, 3.0}) {
        BOOST_TEST(std::abs(series(*one, 2.0 * pi, z) - (pi * pi / 3.0 - pi * z + 0.5 * z * z)) < 2.0 / 60.0);
    }
    const auto kernel = kernel_of("{ name = 'sobolev', order = 0.75 }", {circle, turn});
    BOOST_TEST(at(*kernel, {0.0, 0.0}) == 0.0);
    BOOST_TEST(at(*kernel, {3.0, -4.0}) == std::pow(5.0, -1.5), tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(quadratic_is_half_the_squared_distance)
{
    BOOST_TEST(at(*kernel_of("'quadratic'", {line}), {-3.0}) == 4.5);
    BOOST_TEST(at(*kernel_of("{ name = 'quadratic', strength = -2 }", {line, line}), {3.0, 4.0}) == -25.0);
}

BOOST_AUTO_TEST_CASE(strength_is_a_factor_of_every_kernel)
{
    const auto one = kernel_of("{ name = 'gaussian', width = 2 }", {line}),
               other = kernel_of("{ name = 'gaussian', width = 2, strength = -3 }", {line});
    BOOST_TEST(at(*other, {0.7}) == -3.0 * at(*one, {0.7}));
}

BOOST_AUTO_TEST_CASE(band_limited_kernels_are_products_of_finite_sums)
{
    const auto dirichlet = kernel_of("{ name = 'dirichlet', modes = 2 }", {circle});
    const auto falling = kernel_of("{ name = 'trigonometric', modes = 3 }", {turn});
    for (const double z : {0.0, 0.7, -2.0}) {
        BOOST_TEST(series(*dirichlet, 2.0 * pi, z) == 1.0 + 2.0 * std::cos(z) + 2.0 * std::cos(2.0 * z),
                   tt::tolerance(1e-13));
        const double angle = 2.0 * pi * z / 3.0;
        BOOST_TEST(series(*falling, 3.0, z) == 1.0 + std::cos(angle) + 2.0 / 3.0 * std::cos(2.0 * angle) +
                                                   0.5 * std::cos(3.0 * angle),
                   tt::tolerance(1e-13));
    }
    const auto product = kernel_of("{ name = 'trigonometric', modes = 3 }", {circle, turn});
    BOOST_TEST(at(*product, {2.0, -2.0 * pi / 3.0}) == 1.0 / 6.0, tt::tolerance(1e-15));
    BOOST_TEST(at(*product, {4.0, 0.0}) == 0.0);
}

/// Closed forms of E s(theta . x) s(theta' . x); series of 61 modes leave out less than 2e-6 and 3e-3.
BOOST_AUTO_TEST_CASE(population_kernels_are_means_over_the_circle)
{
    const auto relu = kernel_of("'relu'", {circle}), step = kernel_of("'step'", {circle});
    for (const double z : {0.0, 0.4, 1.9, 3.0}) {
        BOOST_TEST(std::abs(series(*relu, 2.0 * pi, z) -
                            (std::sin(z) + (pi - z) * std::cos(z)) / (4.0 * pi)) < 2e-6);
        BOOST_TEST(std::abs(series(*step, 2.0 * pi, z) - (pi - z) / (2.0 * pi)) < 4e-3);
    }
    // The mean itself, by the midpoint rule (exact for a square of relu, a trigonometric polynomial on arcs).
    double mean = 0.0;
    const int points = 100000;
    for (int k = 0; k < points; ++k) {
        const double x = 2.0 * pi * (k + 0.5) / points;
        mean += std::max(0.0, std::cos(x)) * std::max(0.0, std::cos(x - 0.4)) / points;
    }
    BOOST_TEST(std::abs(series(*relu, 2.0 * pi, 0.4) - mean) < 2e-6);
}

BOOST_AUTO_TEST_CASE(distance_is_minus_the_distance)
{
    BOOST_TEST(at(*kernel_of("'distance'", {line, line}), {3.0, -4.0}) == -5.0);
}

/// Against the convolution of two tents by the midpoint rule, and its Fourier series.
BOOST_AUTO_TEST_CASE(bump_is_a_tent_convolved_with_itself)
{
    const double width = 0.4;
    const auto tent = [&](double z) { return std::max(0.0, 1.0 - std::abs(z) / width) / width; };
    const auto kernel = kernel_of("{ name = 'bump', width = 0.4 }", {line});
    const auto wrapped = kernel_of("{ name = 'bump', width = 0.4 }", {turn});
    for (const double z : {0.0, 0.1, 0.35, -0.5, 0.7, 0.9}) {
        double sum = 0.0;
        const int points = 8000;
        for (int k = 0; k < points; ++k) {
            const double y = -width + 2.0 * width * (k + 0.5) / points;
            sum += 2.0 * width / points * tent(y) * tent(z - y);
        }
        BOOST_TEST(std::abs(at(*kernel, {z}) - sum) < 1e-6);
        BOOST_TEST(std::abs(series(*wrapped, 3.0, z) - sum) < 1e-4);
    }
    BOOST_TEST(at(*kernel, {0.8}) == 0.0);
    const auto mixed = kernel_of("{ name = 'bump', width = 0.4 }", {line, turn});
    BOOST_TEST(at(*mixed, {0.3, 2.0 * pi / 3.0}) == at(*kernel, {0.3}) * at(*wrapped, {2.0 * pi / 3.0}),
               tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(coefficients_are_those_given_for_both_signs)
{
    const auto kernel = kernel_of("{ name = 'coefficients', coefficients = [[0, 1.0], [2, 0.25]] }", {turn});
    for (const double z : {0.0, 0.7, -2.0}) {
        BOOST_TEST(series(*kernel, 3.0, z) == 1.0 + 0.5 * std::cos(4.0 * pi * z / 3.0), tt::tolerance(1e-13));
    }
    const auto tilted = kernel_of("{ name = 'coefficients', coefficients = [[1, -1, 3.0]] }", {circle, turn});
    BOOST_TEST(at(*tilted, {1.0, -2.0 * pi / 3.0}) == 3.0);
    BOOST_TEST(at(*tilted, {-1.0, 2.0 * pi / 3.0}) == 3.0);
    BOOST_TEST(at(*tilted, {1.0, 2.0 * pi / 3.0}) == 0.0);
}

BOOST_AUTO_TEST_CASE(kernels_are_even)
{
    struct Sample {
        const char* kernel;
        std::vector<Coordinate> on;
    };
    for (const Sample& sample : std::vector<Sample>{{"'sobolev'", {circle, circle}},
                                                    {"'cosine'", {circle}},
                                                    {"{ name = 'gaussian', width = 1 }", {circle, line}},
                                                    {"{ name = 'bump', width = 2 }", {circle, line}},
                                                    {"{ name = 'dirichlet', modes = 4 }", {circle, circle}},
                                                    {"'relu'", {circle}},
                                                    {"'step'", {circle}},
                                                    {"'quadratic'", {line, line}}}) {
        const auto kernel = kernel_of(sample.kernel, sample.on);
        const Field z = Field::LinSpaced(2, 1.0, 2.0).head(static_cast<Index>(sample.on.size()));
        BOOST_TEST(kernel->at(z) == kernel->at(-z));
        BOOST_TEST(kernel->at(z) > 0.0);
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_suit_is_refused)
{
    const auto message = [](const std::string& toml, const std::vector<Coordinate>& on) {
        return refusal([&] { kernel_of(toml, on); });
    };
    BOOST_TEST(
        message("'sobolev'", {circle, line}) ==
        "case.toml:1:18: key 'problem.kernel.name': the kernel 'sobolev' is for circles, 'b' is a line");
    BOOST_TEST(has(message("'quadratic'", {line, turn}), "is for lines, 'x' is a circle"));
    BOOST_TEST(has(message("'relu'", {circle, turn}), "the kernel 'relu' is for one circle"));
    BOOST_TEST(has(message("'step'", {line}), "is for circles, 'b' is a line"));
    BOOST_TEST(has(message("'dirichlet'", {circle}), "modes"));
    BOOST_TEST(has(message("{ name = 'coefficients', coefficients = [[1, 2.0]] }", {circle, turn}),
                   "expected rows of 2 integers (the mode on each circle) and a coefficient"));
    BOOST_TEST(has(message("{ name = 'coefficients', coefficients = [[0.5, 2.0]] }", {circle}),
                   "row 1: modes are integers"));
    BOOST_TEST(has(message("{ name = 'coefficients', coefficients = [[1, 2.0], [-1, 2.0]] }", {circle}),
                   "row 2: this mode, or the opposite one, is given already"));
    BOOST_TEST(has(message("'cosine'", {line}), "for one circle"));
    BOOST_TEST(has(message("'cosine'", {circle, turn}), "for one circle"));
    BOOST_TEST(has(message("'gausian'", {line}), "unknown kernel 'gausian'; did you mean 'gaussian'?"));
    BOOST_TEST(has(message("'gaussian'", {line}), "width"));
    BOOST_TEST(has(message("{ name = 'gaussian', width = 0 }", {line}), "width"));
    BOOST_TEST(has(message("{ name = 'sobolev', order = 0 }", {circle}), "order"));
    BOOST_CHECK_THROW(kernel_of("'cosine'", {{"a", "a circle without ends", true}}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_kernel_acts_on_the_coordinates_that_are_named)
{
    const std::vector<Coordinate> all = {circle, line, turn};
    const auto numbers = [&](const std::string& on) {
        return kernel_coordinates(kernel_settings("{ name = 'cosine'" + on + " }"), all);
    };
    BOOST_TEST((numbers("") == std::vector<Index>{0, 1, 2}));
    BOOST_TEST((numbers(", on = 'x'") == std::vector<Index>{2}));
    BOOST_TEST((numbers(", on = ['x', 'angle']") == std::vector<Index>{0, 2}));
    BOOST_TEST(
        refusal([&] { numbers(", on = ['x', 'c']"); }) ==
        "case.toml:1:42: key 'problem.kernel.on': unknown coordinate 'c'; coordinates are angle, b, x");
    BOOST_TEST(has(refusal([&] { numbers(", on = ['x', 'x']"); }), "each of them once"));
    BOOST_TEST(has(refusal([&] { numbers(", on = []"); }), "at least one coordinate"));
}

BOOST_AUTO_TEST_SUITE_END()
