// SPDX-License-Identifier: BSD-3-Clause
/// The reduction of a balanced ReLU network to neurons on the circle with growing masses, against the network
/// itself, trained in its output weights a and input weights w.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "support/sanitized.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/particles/start.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(raw_network)

namespace {

constexpr Index width = 40, points = 7;
constexpr double decay = 0.05;

Matrix inputs()
{
    Matrix x(points, 2);
    x.col(0) = Field::LinSpaced(points, -1.5, 1.7);
    x.col(1).setOnes();
    return x;
}

Field targets()
{
    return (2.0 * inputs().col(0).array()).sin().matrix();
}

/// One row a neuron: a, w_1, w_2; f = (1 / width) sum a max(w . x, 0), weight decay on all of them, and the
/// gradient times the width, so that a neuron moves at a rate of order one.
struct RawNetwork {
    Matrix x = inputs();
    Field y = targets();

    Field predictions(const Matrix& neurons) const
    {
        const Matrix z = x * neurons.rightCols(2).transpose();
        return z.cwiseMax(0.0) * neurons.col(0) / static_cast<double>(width);
    }

    Matrix rate(const Matrix& neurons) const
    {
        const Field r = (predictions(neurons) - y) / static_cast<double>(points);
        const Matrix z = x * neurons.rightCols(2).transpose();
        const Matrix active = (z.array() > 0.0).cast<double>();
        Matrix rate = -decay * neurons;
        rate.col(0) -= z.cwiseMax(0.0).transpose() * r;
        rate.rightCols(2) -= neurons.col(0).asDiagonal() * (active.transpose() * (r.asDiagonal() * x));
        return rate;
    }

    Matrix trained(Matrix neurons, double end, int steps) const
    {
        const double dt = end / steps;
        for (int k = 0; k < steps; ++k) {
            const Matrix k1 = rate(neurons), k2 = rate(neurons + 0.5 * dt * k1);
            const Matrix k3 = rate(neurons + 0.5 * dt * k2), k4 = rate(neurons + dt * k3);
            neurons += dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4);
        }
        return neurons;
    }
};

/// |a| = |w| = 1 at angles and signs of the particles.
Matrix balanced(const Field& state, const Field& signs)
{
    Matrix neurons(width, 3);
    neurons.col(0) = signs;
    neurons.col(1) = state.head(width).array().cos();
    neurons.col(2) = state.head(width).array().sin();
    return neurons;
}

double difference(double dt)
{
    const Problem problem = circle_network("square", inputs(), targets(), decay);
    Field signs;
    Field state = start(problem, Start::random, width, 4, signs);
    const RawNetwork raw;
    const Matrix neurons = raw.trained(balanced(state, signs), 1.0, static_cast<int>(std::lround(1.0 / dt)));
    ParticleFlow flow(problem, signs);
    evolve(flow, state, "rk4", 1.0, dt);
    flow.prepare(state, 1.0);
    return (flow.evaluation().predictions - raw.predictions(neurons)).cwiseAbs().maxCoeff();
}

}  // namespace

BOOST_AUTO_TEST_CASE(balanced_training_is_the_reduced_flow, *test::UnlessSanitized())
{
    const double coarse = difference(1e-2), fine = difference(1e-3), finest = difference(1e-4);
    BOOST_TEST(coarse < 1e-4);
    BOOST_TEST(fine < 0.5 * coarse);
    BOOST_TEST(finest < 0.5 * fine);
    BOOST_TEST(finest < 1e-6);
}

/// The same start trained by another problem is far away: the agreement above means something.
BOOST_AUTO_TEST_CASE(training_moves_the_predictions)
{
    const Problem problem = circle_network("square", inputs(), targets(), decay);
    Field signs;
    const Field state = start(problem, Start::random, width, 4, signs);
    const RawNetwork raw;
    const Matrix first = balanced(state, signs), last = raw.trained(first, 1.0, 1000);
    BOOST_TEST((raw.predictions(last) - raw.predictions(first)).cwiseAbs().maxCoeff() > 0.1);
    const Field balance = last.col(0).cwiseAbs2() - last.rightCols(2).rowwise().squaredNorm();
    BOOST_TEST(balance.cwiseAbs().maxCoeff() < 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()
