// SPDX-License-Identifier: BSD-3-Clause
// Kernel machines, interpolants and ridges against tables and optimality conditions; tangent kernels of grids
// against closed forms.
#include "widelimit/certificate/kernel_machine.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "support/random.hpp"
#include "support/sphere.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/energy/tangent_kernel.hpp"
#include "widelimit/scheme/grid_flow.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(kernel_machines)

namespace {

Matrix four_of_a_line(double extra)
{
    Matrix inputs(5, 2);
    inputs << -1, 1, -.0625, 1, .0625, 1, 1, 1, extra, 1;
    return inputs;
}

Matrix kernel_of(const Matrix& inputs, double kappa)
{
    return relu_output_kernel(inputs) + kappa * kappa * relu_input_kernel(inputs);
}

Matrix random_inputs(Index count, Index rank, unsigned seed)
{
    const Field numbers = random_field(rank * count, -1.0, 1.0, seed);
    return Eigen::Map<const Matrix>(numbers.data(), count, rank);
}

Field random_labels(Index count, unsigned seed)
{
    return random_field(count, -1.0, 1.0, seed).unaryExpr([](double v) { return v < 0.0 ? -1.0 : 1.0; });
}

/// {-1, 1}^d, labels x1 x2.
Matrix cube(Index d)
{
    Matrix inputs(Index{1} << d, d);
    for (Index i = 0; i < inputs.rows(); ++i) {
        for (Index k = 0; k < d; ++k) {
            inputs(i, k) = (i >> k) & 1 ? 1.0 : -1.0;
        }
    }
    return inputs;
}

double largest_apart(const Matrix& a, const Matrix& b)
{
    return (a - b).cwiseAbs().maxCoeff();
}

}  // namespace

/// Interpolants of four points with K_out + kappa^2 K_in at 1.2 and -0.5, and their squared norms.
BOOST_AUTO_TEST_CASE(interpolants_have_the_values_of_the_table)
{
    Field targets(4);
    targets << -1, .5, -.5, 1;
    const std::vector<std::array<double, 4>> table = {{0, 1.869735, 1.062119, 2224.737},
                                                      {.1, 1.594143, .564833, 1341.981},
                                                      {.2, 1.364369, .155530, 614.290},
                                                      {1, 1.152920, -.163732, 34.43445}};
    for (const auto& row : table) {
        const double kappa = row[0], right = row[1], left = row[2], square = row[3];
        const KernelFunction found =
            kernel_interpolant(kernel_of(four_of_a_line(0).topRows(4), kappa), targets);
        BOOST_TEST(found.norm * found.norm == square, tt::tolerance(1e-6));
        const auto at = [&](double x) {
            return kernel_of(four_of_a_line(x), kappa).row(4).head(4).dot(found.coefficients);
        };
        BOOST_TEST(at(1.2) == right, tt::tolerance(1e-6));
        BOOST_TEST(at(-.5) == left, tt::tolerance(2e-6));
    }
    const Matrix same = Matrix::Ones(2, 2);
    Field apart(2);
    apart << 1, -1;
    BOOST_TEST(kernel_interpolant(same, apart).norm == infinite);
}

BOOST_AUTO_TEST_CASE(margins_are_optimal)
{
    for (unsigned seed = 1; seed < 40; ++seed) {
        const Index n = 2 + static_cast<Index>(seed % 12);
        const Matrix kernel = kernel_of(random_inputs(n, 3, seed), seed % 2 == 0 ? 1.0 : 0.0);
        const Field labels = random_labels(n, 100 + seed);
        const KernelMargin found = largest_kernel_margin(kernel, labels);
        BOOST_TEST(found.dual.sum() == 1.0, tt::tolerance(1e-12));
        BOOST_TEST(found.dual.minCoeff() >= 0.0);
        BOOST_TEST(found.function.norm == 1.0, tt::tolerance(1e-9));
        // |sum p_i y_i K(., x_i)| bounds every margin.
        const Field q = found.dual.cwiseProduct(labels);
        BOOST_TEST(std::sqrt(q.dot(kernel * q)) == found.margin, tt::tolerance(1e-8));
        BOOST_TEST(labels.cwiseProduct(found.function.predictions).minCoeff() >= found.margin * (1.0 - 1e-9));
    }
    Field apart(2);
    apart << 1, -1;
    const KernelMargin none = largest_kernel_margin(Matrix::Ones(2, 2), apart);
    BOOST_TEST(none.margin == 0.0);
}

/// x1 x2 on the cube of more and more inputs.
BOOST_AUTO_TEST_CASE(margins_on_the_cube_fall_with_irrelevant_inputs)
{
    const std::vector<std::array<double, 3>> table = {
        {2, .21312562, .54352785}, {3, .14310693, .44097382}, {5, .08443793, .31694155}, {7, 0, 0}};
    double output = 1.0, both = 1.0;
    for (const auto& [d, of_output, of_both] : table) {
        const Matrix inputs = cube(static_cast<Index>(d));
        const Field labels = inputs.col(0).cwiseProduct(inputs.col(1));
        const double first = largest_kernel_margin(kernel_of(inputs, 0.0), labels).margin;
        const double second = largest_kernel_margin(kernel_of(inputs, 1.0), labels).margin;
        if (of_output > 0.0) {
            BOOST_TEST(first == of_output, tt::tolerance(1e-7));
            BOOST_TEST(second == of_both, tt::tolerance(1e-7));
        }
        BOOST_TEST(first < output);
        BOOST_TEST(second < both);
        output = first;
        both = second;
    }
}

BOOST_AUTO_TEST_CASE(ridges_of_ten_points)
{
    Matrix inputs(10, 3);
    inputs << -.91, .10, 1, .06, .02, 1, .14, -.20, 1, .865, .015, 1, -.40, .345, 1, .55, .605, 1, .05, -.23,
        1, .675, -.275, 1, -.77, -.87, 1, .765, -.83, 1;
    Field labels(10);
    labels << 1, 1, 1, 1, -1, -1, -1, -1, -1, -1;
    const Problem problem = sphere_network("square", inputs, labels, 0.0);
    const std::vector<std::array<double, 3>> table = {{5e-6, 118.0958, .0518399}, {5e-5, 47.8923, .1608472}};
    for (const auto& [penalty, norm, objective] : table) {
        const KernelRidge found = kernel_ridge(*problem.risk, relu_output_kernel(inputs), penalty);
        BOOST_TEST(found.function.norm == norm, tt::tolerance(2e-6));
        BOOST_TEST(found.objective == objective, tt::tolerance(2e-6));
    }
    const Problem logistic = sphere_network("logistic", inputs, labels, 0.0);
    const Matrix kernel = relu_output_kernel(inputs);
    const KernelRidge found = kernel_ridge(*logistic.risk, kernel, 1e-4);
    const Field wrong = 1e-4 * found.function.coefficients + logistic.risk->slope(found.function.predictions);
    BOOST_TEST(wrong.norm() < 1e-12);
}

BOOST_AUTO_TEST_CASE(grids_have_the_kernels_of_their_closed_forms)
{
    const Matrix inputs = random_inputs(4, 2, 3), deep = random_inputs(4, 3, 4);
    const Field targets = random_field(4, -1.0, 1.0, 5);
    double before = 0.0;
    for (const Index cells : {64, 128, 256}) {
        const Problem problem = circle_network("square", inputs, targets, 0.0);
        const Grid grid = kink_grid(problem, cells);
        const FreeEnergy energy(problem, grid);
        const TangentKernel tangent(energy, initial_state(problem, grid, energy.layout()));
        const double error = largest_apart(tangent.matrix(), kernel_of(inputs, 1.0));
        BOOST_TEST((before == 0.0 || error < 0.45 * before));
        before = error;
        // The measure of a combination has its predictions.
        const Field c = random_field(4, -1.0, 1.0, 6);
        const Field f = energy.features().transpose() * tangent.measure_of(c);
        BOOST_TEST((f - tangent.matrix() * c).norm() < 1e-12);
    }
    BOOST_TEST(before < 1e-3);
    double last = 0.0;
    for (const Index n : {6, 12, 24}) {
        const Problem problem = sphere_network("square", deep, targets, 0.0);
        const Grid grid = make_sphere(n);
        const FreeEnergy energy(problem, grid);
        const TangentKernel tangent(energy, initial_state(problem, grid, energy.layout()));
        const double error = largest_apart(tangent.matrix(), kernel_of(deep, 1.0));
        BOOST_TEST((last == 0.0 || error < 0.65 * last));  // gradients jump inside of cells
        last = error;
    }
    BOOST_TEST(last < 1e-2);
}

BOOST_AUTO_TEST_CASE(a_scaled_risk_is_the_risk_over_the_square_of_the_scale)
{
    const Problem problem = circle_network("logistic", random_inputs(3, 2, 1), random_labels(3, 2), 0.0);
    const auto scaled = scaled_down(problem.risk, 4.0);
    const Field f = random_field(3, -1.0, 1.0, 7), v = random_field(3, -1.0, 1.0, 8);
    BOOST_TEST(scaled->value(f) == problem.risk->value(f) / 16.0, tt::tolerance(1e-14));
    const double h = 1e-5;
    BOOST_TEST(scaled->slope(f).dot(v) == (scaled->value(f + h * v) - scaled->value(f - h * v)) / (2.0 * h),
               tt::tolerance(1e-7));
    BOOST_TEST(
        (scaled->curvature(f, v) - (scaled->slope(f + h * v) - scaled->slope(f - h * v)) / (2.0 * h)).norm() <
        1e-8);
    // Fenchel's equality at the slope.
    const Field r = scaled->slope(f);
    BOOST_TEST(scaled->conjugate(r) == r.dot(f) - scaled->value(f), tt::tolerance(1e-10));
}

BOOST_AUTO_TEST_SUITE_END()
