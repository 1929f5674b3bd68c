// SPDX-License-Identifier: BSD-3-Clause
// Neurons on a sphere: a network with any start as directions of (a, w) with masses |theta|^2, against the
// network itself, and against neurons on a circle.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/particles/start.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(sphere_particles)

namespace {

using namespace test;

constexpr Index width = 30;
constexpr double decay = 0.1;

/// Units (a, w) of two inputs on the sphere of any start.
Problem general()
{
    Problem problem = plane_network(any_activation("relu"), Amplitude::axis);
    problem.amplitude_scale = 1.0;
    problem.sphere = Sphere::weights;
    problem.growth = {Growth::Kind::proportional, 4.0};
    problem.confinement = constant_field(0.5 * decay);
    problem.initial.laws.assign(3, make_gaussian(0.0, 1.0));
    return problem;
}

/// The same as neurons in space, each a mass of 1 / width.
Problem plain()
{
    Problem problem = general();
    problem.sphere = Sphere::none;
    problem.growth = {};
    problem.confinement = quadratic_field(decay);
    return problem;
}

struct Trained {
    Field predictions;
    double objective, mass;
    Matrix points;
};

Trained trained(const Problem& problem, double end, double dt)
{
    Field signs;
    Field state = start(problem, Start::random, width, 5, signs);
    ParticleFlow flow(problem, signs);
    evolve(flow, state, "rk4", end, dt);
    flow.prepare(state, end);
    return {flow.evaluation().predictions, flow.evaluation().objective(), flow.masses(state).sum(),
            flow.layout().points(state)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_draw_becomes_a_direction_and_a_mass)
{
    Field signs;
    const Problem on_sphere = general(), in_space = plain();
    const Field state = start(on_sphere, Start::random, width, 5, signs);
    const Field raw = start(in_space, Start::random, width, 5, signs);
    const ParticleLayout layout = particle_layout(on_sphere, width);
    const Matrix directions = layout.points(state), weights = layout.points(raw);
    for (Index j = 0; j < width; ++j) {
        const double square = weights.col(j).squaredNorm();
        BOOST_TEST(std::abs(directions.col(j).norm() - 1.0) < 1e-15);
        BOOST_TEST((directions.col(j) * std::sqrt(square) - weights.col(j)).norm() < 1e-14);
        BOOST_TEST(std::abs(std::exp(layout.log_masses(state)[j]) - square / width) < 1e-15);
    }
}

/// Training of the weights themselves.  Steps of fixed size meet kinks at other places in either form: the
/// differences of fourth order vanish, those of kinks fall with the step.
BOOST_AUTO_TEST_CASE(the_flow_on_the_sphere_is_that_of_the_weights)
{
    double last = 1.0;
    for (const double dt : {0.04, 0.01, 0.0025}) {
        const Trained on_sphere = trained(general(), 4.0, dt), in_space = trained(plain(), 4.0, dt);
        const double apart = (on_sphere.predictions - in_space.predictions).norm();
        BOOST_TEST(apart < 0.5 * last);
        BOOST_TEST(std::abs(on_sphere.objective - in_space.objective) < 1e-3);
        BOOST_TEST(std::abs(on_sphere.mass - in_space.points.squaredNorm() / width) < 1e-2 * on_sphere.mass);
        last = apart;
    }
    BOOST_TEST(last < 1e-6);
}

/// |a| = |w| at the start: growth 2 with signs, here of a circle and of a sphere of two weights.
BOOST_AUTO_TEST_CASE(a_balanced_sphere_of_two_weights_is_the_circle)
{
    Problem circle = circle_network("square", some_inputs(), some_labels(), decay);
    Problem sphere = circle;
    sphere.coordinates = {{"w1", "weight"}, {"w2", "weight"}};
    sphere.features = make_ridge(any_activation("relu"), some_inputs(), Chart::linear);
    sphere.sphere = Sphere::directions;
    sphere.initial.laws.assign(2, make_gaussian(0.0, 1.0));
    Field signs, ignored;
    Field state = start(sphere, Start::random, width, 3, signs);
    Field angles = start(circle, Start::random, width, 3, ignored);
    const ParticleLayout layout = particle_layout(sphere, width);
    for (Index j = 0; j < width; ++j) {
        angles[j] = std::atan2(layout.points(state)(1, j), layout.points(state)(0, j));
    }
    ParticleFlow on_sphere(sphere, signs), on_circle(circle, signs);
    evolve(on_sphere, state, "rk4", 3.0, 0.002);
    evolve(on_circle, angles, "rk4", 3.0, 0.002);
    on_sphere.prepare(state, 3.0);
    on_circle.prepare(angles, 3.0);
    BOOST_TEST((on_sphere.evaluation().predictions - on_circle.evaluation().predictions).norm() < 1e-5);
    BOOST_TEST((layout.points(state).colwise().norm().array() - 1.0).abs().maxCoeff() < 1e-15);
    BOOST_TEST(std::abs(on_sphere.dissipation() - on_circle.dissipation()) < 1e-5 * on_circle.dissipation());
}

BOOST_AUTO_TEST_CASE(what_a_sphere_does_not_have_is_refused)
{
    Problem problem = general();
    BOOST_CHECK_THROW(check_start(problem, Start::quadrature, 27), ConfigError);
    problem.temperature = Schedule(0.1);
    problem.growth = {};
    BOOST_CHECK_THROW(check_particles(problem), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
