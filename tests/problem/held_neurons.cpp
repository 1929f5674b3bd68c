// SPDX-License-Identifier: BSD-3-Clause
// Smooth units that are evaluated once for both sums against products that evaluate them for each.
#include <boost/test/unit_test.hpp>

#include "support/random.hpp"
#include "support/threads.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(held_neurons)

namespace {

/// Counts how often it is evaluated.
struct Counted {
    int* calls;
    double value(double z) const
    {
        ++*calls;
        return z * z * z - z;
    }
    double slope(double z) const { return 3.0 * z * z - 1.0; }
};

Matrix random_matrix(Index rows, Index cols, unsigned seed)
{
    return test::random_field(rows * cols, -1.0, 1.0, seed).reshaped(rows, cols);
}

struct Sums {
    Field f, g, square, slope_square;
    Matrix gradient;
};

Sums sums(const MovingNeurons& neurons, const Matrix& points, Index nodes, unsigned seed)
{
    Sums out;
    out.g.resize(points.cols());
    out.gradient.resize(points.rows(), points.cols());
    const auto at = neurons.at(points);
    out.f = at->push(random_matrix(points.cols(), 1, seed));
    at->pull(random_matrix(nodes, 1, seed + 1), out.g, out.gradient);
    out.square = out.slope_square = Field(points.cols());
    at->squares(random_matrix(nodes, 1, seed + 2), out.square, out.slope_square);
    return out;
}

void check_same(const Sums& held, const Sums& products)
{
    BOOST_TEST((held.f - products.f).cwiseAbs().maxCoeff() < 1e-13 * products.f.cwiseAbs().maxCoeff());
    BOOST_TEST((held.g - products.g).cwiseAbs().maxCoeff() < 1e-13);
    BOOST_TEST((held.gradient - products.gradient).cwiseAbs().maxCoeff() < 1e-13);
    BOOST_TEST((held.square == products.square));
    BOOST_TEST((held.slope_square == products.slope_square));
}

std::shared_ptr<const Activation> named(const char* name)
{
    return activations().find(name).make(Settings(Value::table(), Schema()));
}

}  // namespace

/// One neuron, blocks that are full and not, more weights than loops are made for, and angles.
BOOST_AUTO_TEST_CASE(agree_with_products)
{
    const Index nodes = 37;
    for (const Index weights : {1, 2, 3, 4, 5, 9}) {
        for (const char* name : {"tanh", "erf", "cosine", "softplus"}) {
            const auto features = make_ridge(named(name), random_matrix(nodes, weights, 1), Chart::linear);
            for (const Index width : {1, 7, 256, 700}) {
                const Matrix points = 3.0 * random_matrix(weights, width, 2);
                check_same(sums(*features->moving(width), points, nodes, 3),
                           sums(*features->Features::moving(width), points, nodes, 3));
            }
        }
    }
    const auto circle = make_ridge(named("tanh"), random_matrix(nodes, 2, 1), Chart::circle);
    const Matrix angles = 10.0 * random_matrix(1, 300, 2);
    check_same(sums(*circle->moving(300), angles, nodes, 3),
               sums(*circle->Features::moving(300), angles, nodes, 3));
}

/// Whatever is asked for in whatever order.
BOOST_AUTO_TEST_CASE(hold_units_for_one_pull)
{
    int calls = 0;
    const Index nodes = 11, width = 40;
    const auto features = make_ridge(std::make_shared<ArrayActivation<Counted>>(Counted{&calls}),
                                     random_matrix(nodes, 3, 1), Chart::linear);
    const auto neurons = features->moving(width);
    const auto at = neurons->at(random_matrix(3, width, 2));
    const Field r = random_matrix(nodes, 1, 3), c = random_matrix(width, 1, 4);
    Field before(width), after(width), again(width);
    Matrix gradient(3, width);
    at->pull(r, before, gradient);
    calls = 0;
    const Field f = at->push(c);
    BOOST_TEST(calls == nodes * width);
    at->pull(r, after, gradient);
    BOOST_TEST(calls == nodes * width);
    at->pull(r, again, gradient);
    BOOST_TEST(calls == 2 * nodes * width);
    BOOST_TEST((after - before).cwiseAbs().maxCoeff() < 1e-14);
    BOOST_TEST((again == before));
    BOOST_TEST((at->push(c) == f));
}

BOOST_AUTO_TEST_CASE(too_many_take_products)
{
    int calls = 0;
    const Index nodes = 64, width = 4097;
    const auto features = make_ridge(std::make_shared<ArrayActivation<Counted>>(Counted{&calls}),
                                     random_matrix(nodes, 2, 1), Chart::linear);
    const auto neurons = features->moving(width);
    sums(*neurons, random_matrix(2, width, 2), nodes, 3);
    BOOST_TEST(calls == 3 * nodes * width);
}

BOOST_AUTO_TEST_CASE(threads_give_the_same_bits)
{
    const Index nodes = 64, width = 4000;
    const auto features = make_ridge(named("tanh"), random_matrix(nodes, 3, 1), Chart::linear);
    const Matrix points = random_matrix(3, width, 2);
    const auto with = [&](int threads) {
        const test::Threads use(threads);
        return sums(*features->moving(width), points, nodes, 3);
    };
    const Sums one = with(1), three = with(3);
    BOOST_TEST((one.f == three.f));
    BOOST_TEST((one.g == three.g));
    BOOST_TEST((one.gradient == three.gradient));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace widelimit
