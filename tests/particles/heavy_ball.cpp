// SPDX-License-Identifier: BSD-3-Clause
// Gradient descent with momentum in a quadratic well, where every step is linear.
#include "widelimit/particles/heavy_ball.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

namespace widelimit {
BOOST_AUTO_TEST_SUITE(heavy_ball)

namespace {

constexpr double stiffness = 2.0, momentum = 0.8, step = 0.05;

Problem well(double temperature)
{
    Problem problem;
    problem.coordinates.push_back({"x", "place", false});
    problem.confinement = quadratic_field(stiffness);
    problem.temperature = temperature;
    return problem;
}

/// [x | log masses] at this place, and at rest.
Field at_rest(const HeavyBall& ball, Index width, double place)
{
    Field position = Field::Zero(2 * width);
    position.head(width).setConstant(place);
    return ball.lifted(position);
}

void advance(HeavyBall& ball, Field& state, int first, int count, double dt)
{
    HeavyBallStepper stepper(ball);
    Field trial;
    for (int k = first; k < first + count; ++k) {
        ball.begin_step(k);
        BOOST_REQUIRE(stepper.try_step(ball, dt * k, dt, state, trial).refused.empty());
        ball.tidy(trial);
        state.swap(trial);
    }
}

/// (x, v) after a step: its matrix.
Eigen::Matrix2d step_matrix(double dt)
{
    const double kept = std::pow(momentum, dt / step), taken = (1.0 - kept) * stiffness;
    Eigen::Matrix2d matrix;
    matrix << 1.0 - dt * taken, dt * kept, -taken, kept;
    return matrix;
}

}  // namespace

BOOST_AUTO_TEST_CASE(steps_without_noise_are_powers_of_a_matrix)
{
    const Problem problem = well(0.0);
    ParticleFlow flow(problem, Field::Ones(1));
    HeavyBall ball(flow, momentum, step);
    for (const double dt : {step, 0.5 * step, 1.7 * step}) {
        Field state = at_rest(ball, 1, 1.5);
        Eigen::Vector2d expected(1.5, 0.0);
        advance(ball, state, 0, 40, dt);
        for (int k = 0; k < 40; ++k) {
            expected = step_matrix(dt) * expected;
        }
        BOOST_TEST(std::abs(state[0] - expected[0]) < 1e-14);
        BOOST_TEST(std::abs(state[2] - expected[1]) < 1e-14);
        BOOST_TEST(state[1] == 0.0);
        BOOST_TEST(state[3] == 0.0);
    }
}

/// In the sum of gradients that scripts keep: v <- momentum v - rate' grad, x <- x + v.
BOOST_AUTO_TEST_CASE(is_the_heavy_ball_of_scripts_with_a_rate_of_one_minus_momentum_steps)
{
    const Problem problem = well(0.0);
    ParticleFlow flow(problem, Field::Ones(1));
    HeavyBall ball(flow, momentum, step);
    Field state = at_rest(ball, 1, -0.7);
    advance(ball, state, 0, 25, step);
    double x = -0.7, v = 0.0;
    for (int k = 0; k < 25; ++k) {
        v = momentum * v - step * (1.0 - momentum) * stiffness * x;
        x += v;
    }
    BOOST_TEST(std::abs(state[0] - x) < 1e-14);
}

/// Mean and covariance of (x, v) go by the matrix of a step; noise comes in with v.
BOOST_AUTO_TEST_CASE(noise_has_the_covariance_of_the_scheme)
{
    const Index width = 40000;
    const double temperature = 0.3;
    const Problem problem = well(temperature);
    ParticleFlow flow(problem, Field::Ones(width), 5);
    HeavyBall ball(flow, momentum, step);
    Field state = at_rest(ball, width, 1.0);
    const Eigen::Matrix2d matrix = step_matrix(step);
    const double push = (1.0 - momentum) * std::sqrt(2.0 * temperature / step);
    const Eigen::Vector2d noise(step * push, push);
    Eigen::Vector2d mean(1.0, 0.0);
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Zero();
    for (int k = 0; k < 15; ++k) {
        advance(ball, state, k, 1, step);
        mean = matrix * mean;
        covariance = matrix * covariance * matrix.transpose() + noise * noise.transpose();
        const Field x = state.head(width).array() - mean[0],
                    v = state.segment(2 * width, width).array() - mean[1];
        const double root = std::sqrt(static_cast<double>(width));
        BOOST_TEST(std::abs(x.mean()) < 5.0 * std::sqrt(covariance(0, 0)) / root);
        BOOST_TEST(std::abs(v.mean()) < 5.0 * std::sqrt(covariance(1, 1)) / root);
        const double sizes = std::sqrt(covariance(0, 0) * covariance(1, 1));
        BOOST_TEST(std::abs(x.squaredNorm() / width - covariance(0, 0)) < 8.0 * covariance(0, 0) / root);
        BOOST_TEST(std::abs(v.squaredNorm() / width - covariance(1, 1)) < 8.0 * covariance(1, 1) / root);
        BOOST_TEST(std::abs(x.dot(v) / width - covariance(0, 1)) < 8.0 * sizes / root);
    }
}

/// Small steps at a relaxation time of l = 1/2, longer than the well's: places still are Gibbs's, exp(-V /
/// temperature), and velocities have variance temperature / l, both up to a share of dt / (2 l) = 1 %.
BOOST_AUTO_TEST_CASE(small_steps_have_the_stationary_law_of_the_kinetic_equation)
{
    const Index width = 20000;
    const double temperature = 0.3, dt = 0.01, relaxation = 0.5;
    const Problem problem = well(temperature);
    ParticleFlow flow(problem, Field::Ones(width), 9);
    HeavyBall ball(flow, std::exp(-dt / relaxation), dt);
    Field state = at_rest(ball, width, 0.0);
    advance(ball, state, 0, 600, dt);
    const double place = state.head(width).squaredNorm() / width;
    const double velocity = state.segment(2 * width, width).squaredNorm() / width;
    BOOST_TEST(std::abs(place / (temperature / stiffness) - 1.0) < 0.01 + 5.0 * std::sqrt(2.0 / width));
    BOOST_TEST(std::abs(velocity / (temperature / relaxation) - 1.0) < 0.03 + 5.0 * std::sqrt(2.0 / width));
}

BOOST_AUTO_TEST_CASE(on_a_sphere_the_velocity_is_tangential)
{
    Problem problem;
    for (const char* name : {"x", "y", "z"}) {
        problem.coordinates.push_back({name, "weight", false});
    }
    problem.sphere = Sphere::weights;
    ParticleFlow flow(problem, Field::Ones(2));
    HeavyBall ball(flow, momentum, step);
    Field state = Field::LinSpaced(16, 0.3, 2.0);
    ball.tidy(state);
    for (const Index j : {0, 1}) {
        const Field x = state.segment(3 * j, 3), v = state.segment(8 + 3 * j, 3);
        BOOST_TEST(std::abs(x.norm() - 1.0) < 1e-15);
        BOOST_TEST(std::abs(x.dot(v)) < 1e-14);
        BOOST_TEST(v.norm() > 0.05);
    }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace widelimit
