// SPDX-License-Identifier: BSD-3-Clause
// Langevin particles: the law of Euler and Maruyama's scheme, and numbers that can be drawn again.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(noise)

namespace {

constexpr double temperature = 0.3, stiffness = 2.0, dt = 0.05;

Problem ornstein_uhlenbeck(Index coordinates = 1)
{
    Problem problem;
    for (Index k = 0; k < coordinates; ++k) {
        problem.coordinates.push_back({"x" + std::to_string(k), "place", false});
    }
    problem.confinement = quadratic_field(stiffness);
    problem.temperature = temperature;
    return problem;
}

/// `count` steps of dt from step number `first` on.
void advance(ParticleFlow& flow, Field& state, int first, int count)
{
    const auto stepper = make_stepper("euler-maruyama");
    Field trial;
    for (int k = first; k < first + count; ++k) {
        flow.begin_step(k);
        BOOST_REQUIRE(stepper->try_step(flow, dt * k, dt, state, trial).refused.empty());
        state.swap(trial);
    }
}

double variance(const Eigen::Ref<const Field>& x)
{
    return (x.array() - x.mean()).square().mean();
}

}  // namespace

/// m' = (1 - k dt) m and v' = (1 - k dt)^2 v + 2 tau dt are exact for the scheme.
BOOST_AUTO_TEST_CASE(mean_and_variance_are_those_of_the_scheme)
{
    const Index width = 40000;
    const Problem problem = ornstein_uhlenbeck(2);
    ParticleFlow flow(problem, Field::Ones(width), 7);
    Field state = Field::Zero(3 * width);
    state.head(2 * width).setConstant(1.5);
    double mean = 1.5, spread = 0.0;
    for (int k = 0; k < 12; ++k) {
        advance(flow, state, k, 1);
        mean *= 1.0 - stiffness * dt;
        spread = std::pow(1.0 - stiffness * dt, 2) * spread + 2.0 * temperature * dt;
        const Matrix points = flow.layout().points(state);
        for (Index c = 0; c < 2; ++c) {
            const Field x = points.row(c).transpose();
            BOOST_TEST(std::abs(x.mean() - mean) < 5.0 * std::sqrt(spread / width));
            BOOST_TEST(std::abs(variance(x) - spread) < 5.0 * spread * std::sqrt(2.0 / width));
        }
        const Field x = points.row(0).transpose().array() - mean,
                    y = points.row(1).transpose().array() - mean;
        BOOST_TEST(std::abs(x.dot(y) / width) < 5.0 * spread / std::sqrt(width));
    }
    BOOST_TEST((state.tail(width).array() == 0.0).all());
}

BOOST_AUTO_TEST_CASE(numbers_depend_on_seed_and_step_alone)
{
    const Problem problem = ornstein_uhlenbeck();
    ParticleFlow flow(problem, Field::Ones(5), 3), again(problem, Field::Ones(5), 3),
        other(problem, Field::Ones(5), 4);
    Field whole = Field::Zero(10), parts = whole, others = whole;
    advance(flow, whole, 0, 9);
    advance(again, parts, 0, 4);
    ParticleFlow restarted(problem, Field::Ones(5), 3);
    advance(restarted, parts, 4, 5);
    BOOST_TEST((whole.array() == parts.array()).all());
    advance(other, others, 0, 9);
    BOOST_TEST((whole.head(5).array() != others.head(5).array()).all());
    Field first = Field::Zero(10), second = first;
    advance(flow, first, 0, 1);
    advance(flow, second, 1, 1);
    BOOST_TEST((first.head(5).array() != second.head(5).array()).all());
}

/// A second attempt with half the step draws the same numbers: rejections do not choose the noise.
BOOST_AUTO_TEST_CASE(a_repeated_step_has_the_same_noise)
{
    const Problem problem = ornstein_uhlenbeck();
    ParticleFlow flow(problem, Field::Ones(4), 1);
    Field large = Field::Zero(8), small = large;
    flow.prepare(large, 0.0);
    flow.add_noise(large, 0.4);
    flow.add_noise(small, 0.1);
    BOOST_TEST((large - 2.0 * small).norm() < 1e-15);
    BOOST_TEST(large.head(4).norm() > 0.1);
}

BOOST_AUTO_TEST_CASE(paths_are_reflected_at_the_ends_of_an_interval)
{
    Problem problem = ornstein_uhlenbeck();
    problem.coordinates[0].from = -1.0;
    problem.coordinates[0].to = 1.0;
    ParticleFlow flow(problem, Field::Ones(2000), 1);
    Field state = Field::Zero(4000);
    flow.prepare(state, 0.0);
    flow.add_noise(state, 1e3);
    const Field x = state.head(2000);
    BOOST_TEST(x.minCoeff() >= -1.0);
    BOOST_TEST(x.maxCoeff() <= 1.0);
    // On a half-line the same steps bounce back from its one end.
    problem.coordinates[0].to = std::numeric_limits<double>::quiet_NaN();
    Field half = Field::Zero(4000);
    flow.add_noise(half, 1e3);
    BOOST_TEST(half.head(2000).minCoeff() >= -1.0);
    BOOST_TEST(half.head(2000).maxCoeff() > 1.0);
    // Much noise makes the law uniform, of variance 1/3.
    BOOST_TEST(std::abs(variance(x) - 1.0 / 3.0) < 5.0 * std::sqrt(4.0 / 45.0 / 2000.0));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
