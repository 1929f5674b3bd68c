// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/particle_flow.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "support/refusal.hpp"
#include "widelimit/particles/start.hpp"
#include "widelimit/time/stepper.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(particle_flow)

namespace {

const double pi = std::numbers::pi;

/// dF / dx_k by a central difference.
double slope_of_objective(ParticleFlow& flow, Field state, Index k, double h)
{
    const double x = state[k];
    state[k] = x + h;
    const double above = objective(flow, state);
    state[k] = x - h;
    return (above - objective(flow, state)) / (2.0 * h);
}

/// psi is the derivative of F by the mass, grad psi that by the place per unit mass.
void check_potential(const Problem& problem, const std::string& name)
{
    Field signs;
    const Field state = start(problem, Start::random, 6, 3, signs);
    ParticleFlow flow(problem, signs);
    flow.prepare(state, 0.0);
    const ParticleFlow::Evaluation e = flow.evaluation();
    const Index rank = flow.layout().coordinates;
    for (Index j = 0; j < 6; ++j) {
        const double by_mass = slope_of_objective(flow, state, 6 * rank + j, 1e-5) / e.masses[j];
        BOOST_TEST(std::abs(by_mass - e.potential[j]) < 1e-6, name << ": potential " << by_mass);
        for (Index c = 0; c < rank; ++c) {
            const double by_place = slope_of_objective(flow, state, rank * j + c, 1e-5) / e.masses[j];
            BOOST_TEST(std::abs(by_place - e.gradient(c, j)) < 1e-6,
                       name << ": coordinate " << c << " " << by_place << " " << e.gradient(c, j));
        }
    }
}

/// -dF/dt from the rate of change of the state against the closed form.
void check_dissipation(const Problem& problem)
{
    Field signs;
    const Field state = start(problem, Start::random, 7, 5, signs);
    ParticleFlow flow(problem, signs);
    Field rate;
    flow.rate(state, rate, 0.0);
    const double claimed = flow.dissipation(), h = 1e-5;
    const double fall = (objective(flow, state - h * rate) - objective(flow, state + h * rate)) / (2.0 * h);
    BOOST_TEST(claimed > 0.0);
    BOOST_TEST(fall == claimed, boost::test_tools::tolerance(1e-7));
}

/// Two inputs at +-e1 with labels +-1: with mirrored neurons p stays (1/2, 1/2) and psi = -+cos(A) / 2.
Problem antipodal()
{
    Matrix inputs(2, 2);
    inputs << 1.0, 0.0, -1.0, 0.0;
    return circle_network("soft-min", inputs, Field::LinSpaced(2, 1.0, -1.0), 0.0);
}

/// V = -cos(A) / 2 without data: one neuron that moves as those of `antipodal` with sign +.
Problem cosine_potential()
{
    Problem problem = antipodal();
    problem.features = nullptr;
    problem.risk = nullptr;
    problem.amplitude = Amplitude::none;
    problem.confinement =
        line_field([](double a) { return -0.5 * std::cos(a); }, [](double a) { return 0.5 * std::sin(a); });
    return problem;
}

double angle_at(double start, double t)
{
    return 2.0 * std::atan(std::exp(-0.5 * t) * std::tan(0.5 * start));
}

double growth_at(double start, double t)
{
    return 2.0 * std::log(std::cosh(0.5 * t) + std::cos(start) * std::sinh(0.5 * t));
}

}  // namespace

BOOST_AUTO_TEST_CASE(potential_of_every_activation)
{
    for (const auto& [name, entry] : activations().all()) {
        const std::shared_ptr<const Activation> activation = any_activation(name);
        if (!activation->has_slope()) {
            continue;
        }
        check_potential(plane_network(activation, Amplitude::signs), name + ", signs");
        check_potential(plane_network(activation, Amplitude::axis), name + ", amplitude axis");
        Problem circle = circle_network("logistic", some_inputs(), some_labels(), 0.1);
        circle.features = make_ridge(activation, some_inputs(), Chart::circle);
        check_potential(circle, name + ", circle");
    }
}

BOOST_AUTO_TEST_CASE(potential_without_data)
{
    check_potential(cosine_potential(), "cosine potential");
}

BOOST_AUTO_TEST_CASE(amplitude_axis)
{
    const Problem problem = plane_network(any_activation("tanh"), Amplitude::axis);
    Field signs;
    const Field state = start(problem, Start::random, 5, 1, signs);
    ParticleFlow flow(problem, signs);
    flow.prepare(state, 0.0);
    const Matrix points = flow.layout().points(state);
    const Matrix features = problem.features->values(points.bottomRows(2));
    const Field moments = flow.evaluation().masses.cwiseProduct(points.row(0).transpose());
    const double scale = problem.amplitude_scale;
    BOOST_TEST((flow.evaluation().predictions - scale * features.transpose() * moments).norm() < 1e-14);
    const Field slope = scale * features * flow.evaluation().slope + 0.3 * points.row(0).transpose();
    BOOST_TEST((flow.evaluation().gradient.row(0).transpose() - slope).norm() < 1e-14);
}

/// More particles than a block holds, against the sums of the problem itself.
BOOST_AUTO_TEST_CASE(blocks_make_the_whole)
{
    const Problem problem = plane_network(any_activation("tanh"), Amplitude::signs);
    Field signs;
    const Field state = start(problem, Start::random, 1000, 1, signs);
    ParticleFlow flow(problem, signs);
    flow.prepare(state, 0.0);
    const auto& e = flow.evaluation();
    const Matrix points = flow.layout().points(state);
    const Field factor = problem.amplitude_scale * signs;
    const Field f = problem.values(points).transpose() * e.masses.cwiseProduct(factor);
    const Field psi = factor.cwiseProduct(problem.pull(points, e.slope)) + problem.confinement->value(points);
    BOOST_TEST((e.predictions - f).cwiseAbs().maxCoeff() < 1e-14);
    BOOST_TEST((e.potential - psi).cwiseAbs().maxCoeff() < 1e-14);
    BOOST_TEST(e.objective() == problem.risk->value(f) + e.masses.dot(problem.confinement->value(points)),
               boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(dissipation_is_the_fall_of_the_objective)
{
    for (const Amplitude amplitude : {Amplitude::signs, Amplitude::axis}) {
        Problem problem = plane_network(any_activation("tanh"), amplitude);
        check_dissipation(problem);
        problem.mobility = line_mobility([](double x) { return 1.0 / (1.0 + x * x); },
                                         [](double x) { return -2.0 * x / std::pow(1.0 + x * x, 2.0); });
        problem.growth = {Growth::Kind::proportional, 2.0};
        check_dissipation(problem);
        problem.growth = {Growth::Kind::mean_preserving, 3.0};
        check_dissipation(problem);
        problem.frozen = true;
        check_dissipation(problem);
    }
}

BOOST_AUTO_TEST_CASE(one_neuron_in_a_cosine)
{
    const Problem problem = cosine_potential();
    const std::vector<std::pair<std::string, double>> steppers = {
        {"rk4", 1e-10}, {"ssp-rk3", 1e-7}, {"split", 1e-4}};
    for (const auto& [stepper, bound] : steppers) {
        for (const double angle : {0.3, 1.4, 1.8, 3.0, -2.0}) {
            ParticleFlow flow(problem, Field::Ones(1));
            Field state(2);
            state << angle, 0.5;
            evolve(flow, state, stepper, 2.0, 0.01);
            BOOST_TEST(std::abs(state[0] - angle_at(angle, 2.0)) < bound, stepper << " from " << angle);
            BOOST_TEST(std::abs(state[1] - 0.5 - growth_at(angle, 2.0)) < bound,
                       stepper << " from " << angle);
        }
    }
}

/// Neurons that interact, by the potential in the middle of the step.
BOOST_AUTO_TEST_CASE(splitting_is_of_second_order)
{
    for (const auto kind : {Growth::Kind::proportional, Growth::Kind::mean_preserving}) {
        Problem problem = plane_network(any_activation("tanh"), Amplitude::axis);
        problem.growth = {kind, 2.0};
        Field signs;
        const Field first = start(problem, Start::random, 5, 3, signs);
        ParticleFlow flow(problem, signs);
        const auto at_one = [&](const std::string& stepper, double dt) {
            Field state = first;
            evolve(flow, state, stepper, 1.0, dt);
            return state;
        };
        const Field truth = at_one("rk4", 1e-3);
        double coarse = (at_one("split", 0.05) - truth).norm();
        for (const double dt : {0.025, 0.0125, 0.00625}) {
            const double fine = (at_one("split", dt) - truth).norm();
            BOOST_TEST(std::abs(std::log2(coarse / fine) - 2.0) < 0.1, std::log2(coarse / fine));
            coarse = fine;
        }
    }
}

BOOST_AUTO_TEST_CASE(errors_of_masses_are_relative_and_those_of_places_beyond_one)
{
    const Problem problem = cosine_potential();
    const ParticleFlow flow(problem, Field::Ones(1));
    const Field sizes = flow.sizes((Field(2) << 3.0, -50.0).finished(), (Field(2) << -4.0, -60.0).finished());
    BOOST_TEST(sizes[0] == 5.0);
    BOOST_TEST(sizes[1] == 1.0);
}

BOOST_AUTO_TEST_CASE(mirrored_neurons_between_antipodal_labels)
{
    const Problem problem = antipodal();
    Field signs(6), state(12), start(6);
    start << 0.3, pi - 0.3, 1.8, pi - 1.8, -2.5, pi + 2.5;
    signs << 1.0, -1.0, 1.0, -1.0, 1.0, -1.0;
    state.head(6) = start;
    state.tail(6).setConstant(std::log(1.0 / 6.0));
    ParticleFlow flow(problem, signs);
    evolve(flow, state, "rk4", 1.5, 0.01);
    for (Index j = 0; j < 6; j += 2) {
        const double angle = angle_at(start[j], 1.5), log_mass = growth_at(start[j], 1.5) - std::log(6.0);
        BOOST_TEST(std::abs(state[j] - angle) < 1e-9);
        BOOST_TEST(std::abs(state[j + 1] - (pi - angle)) < 1e-9);
        BOOST_TEST(std::abs(state[6 + j] - log_mass) < 1e-9);
        BOOST_TEST(std::abs(state[7 + j] - log_mass) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(split_steps_agree_with_sums_of_rates)
{
    const Problem problem = circle_network("logistic", some_inputs(), some_labels(), 0.01);
    Field signs;
    const Field first = start(problem, Start::random, 50, 2, signs);
    Field a = first, b = first;
    ParticleFlow flow(problem, signs);
    evolve(flow, a, "rk4", 1.0, 0.001);
    evolve(flow, b, "split", 1.0, 0.001);
    BOOST_TEST((a - b).cwiseAbs().maxCoeff() < 1e-2);
    BOOST_TEST((a - first).cwiseAbs().maxCoeff() > 0.1);
}

BOOST_AUTO_TEST_CASE(mean_preserving_growth_keeps_the_mass)
{
    Problem problem = plane_network(any_activation("tanh"), Amplitude::signs);
    problem.growth = {Growth::Kind::mean_preserving, 5.0};
    problem.initial.mass = 2.5;
    Field signs;
    Field state = start(problem, Start::random, 40, 2, signs);
    ParticleFlow flow(problem, signs);
    evolve(flow, state, "ssp-rk3", 3.0, 0.05);
    BOOST_TEST(std::abs(state.tail(40).array().exp().sum() - 2.5) < 1e-13);
    BOOST_TEST(state.tail(40).maxCoeff() - state.tail(40).minCoeff() > 0.1);
}

BOOST_AUTO_TEST_CASE(prepare_looks_at_the_state)
{
    const Problem problem = cosine_potential();
    ParticleFlow flow(problem, Field::Ones(1));
    Field state(2);
    state << 1.0, 0.0;
    const double before = objective(flow, state);
    state[0] = 2.0;
    BOOST_TEST(objective(flow, state) != before);
    state[0] = 1.0;
    BOOST_TEST(objective(flow, state) == before);
}

/// The limit is 2 over the sum of the eigenvalues of df -> d(df/dt), here found by differences.
BOOST_AUTO_TEST_CASE(coupling_limit_bounds_the_response)
{
    for (const Amplitude amplitude : {Amplitude::signs, Amplitude::axis}) {
        Problem problem = plane_network(any_activation("tanh"), amplitude);
        problem.growth = {Growth::Kind::proportional, 2.0};
        Field signs;
        const Field state = start(problem, Start::random, 8, 4, signs);
        ParticleFlow flow(problem, signs);
        flow.prepare(state, 0.0);
        const double bound = 2.0 / flow.coupling_limit(state);
        const Field eigenvalues = response_eigenvalues(flow, state);
        BOOST_TEST(eigenvalues.sum() == bound, boost::test_tools::tolerance(1e-7));
        BOOST_TEST(eigenvalues.maxCoeff() < bound);
    }
    Problem problem = cosine_potential();
    ParticleFlow flow(problem, Field::Ones(1));
    BOOST_TEST(std::isinf(flow.coupling_limit(Field::Zero(2))));
}

BOOST_AUTO_TEST_CASE(a_step_turns_no_particle_far)
{
    const Problem problem = cosine_potential();
    ParticleFlow flow(problem, Field::Ones(2));
    Field state(4);
    state << 0.5 * pi, 0.1, 0.0, 0.0;
    flow.prepare(state, 0.0);
    double limit = std::numeric_limits<double>::infinity();
    for (const auto& part : flow.parts()) {
        limit = std::min(limit, part->rate_limit(state));
    }
    BOOST_TEST(limit == 0.1, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(refusals)
{
    Problem problem = plane_network(any_activation("tanh"), Amplitude::none);
    const auto made = [&] { ParticleFlow(problem, Field::Ones(3)); };
    BOOST_TEST(refusal(made) == "accepted");
    problem.temperature = 0.1;
    BOOST_TEST(refusal(made) == "accepted");
    problem.frozen = true;
    BOOST_TEST(refusal(made).find("problem.transport = false") != std::string::npos);
    problem.frozen = false;
    problem.growth = {Growth::Kind::proportional, 1.0};
    BOOST_TEST(refusal(made).find("temperature together with growth") != std::string::npos);
    problem.temperature = 0.0;
    problem.growth = {Growth::Kind::linear, 1.0};
    BOOST_TEST(refusal(made).find("signed density") != std::string::npos);
    problem.growth = {Growth::Kind::proportional, 1.0};
    problem.features = make_ridge(any_activation("step"), some_inputs(), Chart::linear);
    BOOST_TEST(refusal(made).find("its slope misses the jump, so that no neuron would move") !=
               std::string::npos);
    problem.frozen = true;
    BOOST_TEST(refusal(made) == "accepted");
    ParticleFlow flow(problem, Field::Ones(3));
    BOOST_TEST(refusal([&] { flow.foresee(Field::Zero(9), 0.0, 0.1); }).find("implicit-predictions") !=
               std::string::npos);
    BOOST_TEST(flow.parts().size() == 1u);
}

BOOST_AUTO_TEST_CASE(wrapped_angles)
{
    const Problem problem = cosine_potential();
    Matrix angles(1, 5);
    angles << -0.5, 0.0, 2.0 * pi, 7.0, -13.0;
    const Matrix out = wrapped(problem, angles);
    for (Index j = 0; j < 5; ++j) {
        BOOST_TEST(out(0, j) >= 0.0);
        BOOST_TEST(out(0, j) < 2.0 * pi);
        BOOST_TEST(std::abs(std::remainder(out(0, j) - angles(0, j), 2.0 * pi)) < 1e-14);
    }
}

BOOST_AUTO_TEST_SUITE_END()
