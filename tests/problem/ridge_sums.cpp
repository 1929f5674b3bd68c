// SPDX-License-Identifier: BSD-3-Clause
// Fast sums of ridge functions against the dense ones, with every number of weights that has loops of its
// own.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "support/random.hpp"
#include "widelimit/core/settings.hpp"
#include "widelimit/core/value.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(ridge_sums)

namespace {

using test::random_field;

Matrix random_matrix(Index rows, Index columns, unsigned seed)
{
    return random_field(rows * columns, -1.5, 1.5, seed).reshaped(rows, columns);
}

std::shared_ptr<const Activation> activation(const std::string& name)
{
    return activations().find(name).make(Settings(Value::table(), Schema()));
}

/// Inputs with `scale` in the last column.
Matrix data(Index count, Index weights, double scale)
{
    Matrix inputs = random_matrix(count, weights, 7);
    inputs.rightCols(1).setConstant(scale);
    return inputs;
}

/// `lines` random directions with `line` even biases from -2 to 3 each.
Matrix lines_of(Index weights, Index lines, Index line)
{
    const Matrix directions = random_matrix(weights - 1, lines, 8);
    const Field biases = Field::LinSpaced(line, -2.0, 3.0);
    Matrix points(weights, lines * line);
    for (Index p = 0; p < points.cols(); ++p) {
        points.col(p) << directions.col(p / line), biases[p % line];
    }
    return points;
}

double most_relative(const Field& found, const Field& expected)
{
    return (found - expected).cwiseAbs().maxCoeff() / expected.cwiseAbs().maxCoeff();
}

}  // namespace

BOOST_AUTO_TEST_CASE(are_the_dense_sums)
{
    for (const std::string name : {"relu", "tanh", "sigmoid", "erf", "softplus", "cosine"}) {
        for (const double scale : {1.0, -0.5}) {
            for (const Index weights : {2, 3}) {
                const auto features = make_ridge(activation(name), data(90, weights, scale), Chart::linear);
                const Matrix points = lines_of(weights, 5, 64);
                const auto sums = features->sums(points, 64);
                BOOST_REQUIRE(sums != nullptr);
                const Matrix dense = features->values(points);
                const Field c = random_field(points.cols(), -1.0, 1.0, 9),
                            r = random_field(90, -1.0, 1.0, 10);
                // Of sigma to 1e-11 of its largest value.
                const double most = 1.1e-11 * dense.cwiseAbs().maxCoeff();
                BOOST_TEST(
                    (sums->push(c) - dense.transpose() * c).cwiseAbs().maxCoeff() < most * c.lpNorm<1>(),
                    name << scale);
                BOOST_TEST((sums->pull(r) - dense * r).cwiseAbs().maxCoeff() < most * r.lpNorm<1>(),
                           name << scale);
                const double there = r.dot(sums->push(c)), back = c.dot(sums->pull(r));
                BOOST_TEST(std::abs(there - back) < 1e-12 * c.norm() * r.norm() * dense.norm());
            }
        }
    }
}

/// A network of sharp features is refused rather than blurred.
BOOST_AUTO_TEST_CASE(are_refused_where_they_would_be_wrong)
{
    const Matrix points = lines_of(2, 5, 64);
    const auto tanh = make_ridge(activation("tanh"), data(90, 2, 1.0), Chart::linear);
    BOOST_TEST((tanh->sums(points, 64) != nullptr));
    BOOST_TEST((tanh->sums(points, 0) == nullptr));
    BOOST_TEST((tanh->sums(points, 48) == nullptr));
    Matrix uneven = points;
    uneven(1, 70) += 1e-3;
    BOOST_TEST((tanh->sums(uneven, 64) == nullptr));
    Matrix inputs = data(90, 2, 1.0);
    BOOST_TEST((make_ridge(activation("step"), inputs, Chart::linear)->sums(points, 64) == nullptr));
    inputs(3, 1) = 2.0;
    BOOST_TEST((make_ridge(activation("tanh"), inputs, Chart::linear)->sums(points, 64) == nullptr));
}

/// Neurons of few weights in no lines, on a sphere say: boxes of directions.
BOOST_AUTO_TEST_CASE(need_no_lines_where_units_are_homogeneous)
{
    for (const Index weights : {2, 3}) {
        const auto features = make_ridge(activation("relu"), data(200, weights, 1.0), Chart::linear);
        const Matrix points = random_matrix(weights, 20000, 14);
        const auto sums = features->sums(points, 0);
        BOOST_REQUIRE(sums != nullptr);
        const Matrix dense = features->values(points);
        const Field c = random_field(points.cols(), -1.0, 1.0, 9), r = random_field(200, -1.0, 1.0, 10);
        BOOST_TEST(most_relative(sums->push(c), dense.transpose() * c) < 1e-12);
        BOOST_TEST(most_relative(sums->pull(r), dense * r) < 1e-13);
    }
    BOOST_TEST(
        (make_ridge(activation("relu"), data(3, 3, 1.0), Chart::linear)->sums(random_matrix(3, 20, 14), 0) ==
         nullptr));
}

/// On a circle, kinks among the points.
BOOST_AUTO_TEST_CASE(are_exact_on_circles)
{
    Matrix inputs = data(70, 2, 1.0);
    inputs.topRows(10) = inputs.bottomRows(10);        // repeated rows of data: kinks that coincide
    inputs.middleRows(10, 5) = -inputs.bottomRows(5);  // and whose sides are exchanged
    inputs.row(15).setZero();
    const auto features = make_ridge(activation("relu"), inputs, Chart::circle);
    Matrix points(1, 300);
    points.row(0) = random_field(300, 0.0, 2.0 * std::numbers::pi, 11);
    const std::vector<double> kinks = features->kinks();
    for (Index k = 0; k < 20; ++k) {
        points(0, k) = kinks[static_cast<std::size_t>(k)];
    }
    const auto sums = features->sums(points, 0);
    BOOST_REQUIRE(sums != nullptr);
    const Matrix dense = features->values(points);
    const Field c = random_field(300, -1.0, 1.0, 12), r = random_field(70, -1.0, 1.0, 13);
    BOOST_TEST(most_relative(sums->push(c), dense.transpose() * c) < 1e-13);
    BOOST_TEST(most_relative(sums->pull(r), dense * r) < 1e-13);
}

/// On circles from a few hundred points and some ten nodes on, with a bias from 2^20 features on, in boxes
/// for whoever asks.
BOOST_AUTO_TEST_CASE(are_used_where_they_pay)
{
    const auto pays = [](Index nodes, Index points, Chart chart, const char* name = "relu") {
        return make_ridge(activation(name), data(nodes, 2, 1.0), chart)->sums_pay(points);
    };
    BOOST_TEST(pays(133, 512, Chart::circle));
    BOOST_TEST(!pays(133, 32, Chart::circle));
    BOOST_TEST(!pays(10, 100000, Chart::circle));
    BOOST_TEST(pays(10, 200000, Chart::circle));
    BOOST_TEST(!pays(133, 512, Chart::linear, "tanh"));
    BOOST_TEST(pays(1024, 1024, Chart::linear, "tanh"));
    BOOST_TEST(pays(133, 512, Chart::linear));
}

/// Particles, of an odd number and more than go through at once; data likewise.
BOOST_AUTO_TEST_CASE(loops_are_the_dense_sums)
{
    for (const std::string name : {"relu", "tanh"}) {
        for (const Index weights : {1, 2, 3, 4, 5}) {
            const Matrix inputs = random_matrix(601, weights, 14), points = random_matrix(weights, 523, 15);
            const auto features = make_ridge(activation(name), inputs, Chart::linear);
            const Field c = random_field(523, -1.0, 1.0, 16), r = random_field(601, -1.0, 1.0, 17);
            const Matrix dense = features->values(points);
            Field f = Field::Zero(601), g, value, squares;
            Matrix gradient;
            features->push(points, c, f);
            features->pull(points, r, g, gradient);
            BOOST_TEST(most_relative(f, dense.transpose() * c) < 1e-13);
            BOOST_TEST(most_relative(g, dense * r) < 1e-13);
            BOOST_TEST(most_relative(features->pulled(points, r), dense * r) < 1e-13);
            Matrix slope = points.transpose() * inputs.transpose();
            activation(name)->slope(slope);
            const Matrix expected = (slope * r.asDiagonal() * inputs).transpose();
            BOOST_TEST(most_relative(gradient.reshaped(), expected.reshaped()) < 1e-13);
            features->squares(points, r.cwiseAbs(), value, squares);
            BOOST_TEST(most_relative(value, dense.cwiseAbs2() * r.cwiseAbs()) < 1e-13);
            const Field lengths = inputs.rowwise().squaredNorm();
            BOOST_TEST(most_relative(squares, slope.cwiseAbs2() * r.cwiseAbs().cwiseProduct(lengths)) <
                       1e-13);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
