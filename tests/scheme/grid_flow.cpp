// SPDX-License-Identifier: BSD-3-Clause
// Balances of the flow on a grid: mass, positivity, dissipation, point cells, implicit predictions.
#include "widelimit/scheme/grid_flow.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "support/internal.hpp"
#include "support/random.hpp"
#include "support/refusal.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(grid_flow)

namespace {

using test::random_field;

/// Inputs x in [-2, 2] with a bias, targets in [-1, 1] or labels.
Problem random_network(const std::string& risk, unsigned seed, Index n = 6)
{
    Matrix inputs = Matrix::Ones(n, 2);
    inputs.col(0) = random_field(n, -2.0, 2.0, seed);
    Field targets = random_field(n, -1.0, 1.0, seed + 1);
    if (risk != "square") {
        targets = targets.array().sign();
    }
    return test::circle_network(risk, inputs, targets, 0.05);
}

/// Masses of one in all over many decades, some zero; the mass of mu is exp(log_mass).
Field random_state(const Layout& layout, double log_mass, unsigned seed)
{
    Field state = Field::Zero(layout.size());
    const Field exponents = random_field(layout.masses(), -9.0, 0.0, seed);
    layout.measure(state) = (exponents.array() < -8.0).select(0.0, exponents.array().exp());
    layout.measure(state) /= layout.measure(state).sum();
    state[layout.log_mass()] = log_mass;
    return state;
}

struct Setting {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme;
    GridFlow flow;

    Setting(Problem p, const std::function<Grid(const Problem&)>& make_grid, const std::string& flux)
        : problem(std::move(p)),
          grid(make_grid(problem)),
          scheme(fluxes().find(flux).make()),
          flow(problem, grid, *scheme)
    {}
};

Grid circle(const Problem&)
{
    return test::plain_circle(40);
}

Grid kinks(const Problem& problem)
{
    return test::kink_grid(problem, 40);
}

/// A network whose flow `flux` can carry: diffusing ones without growth at temperature 0.2, or with an
/// internal energy.
Setting network_for(const std::string& flux, const std::string& risk, bool grows, unsigned seed)
{
    Problem problem = random_network(risk, seed);
    const auto scheme = fluxes().find(flux).make();
    const bool kinked = scheme->kind() == FluxScheme::Kind::two_point && !scheme->diffuses();
    problem.temperature = scheme->diffuses() ? 0.2 : 0.0;
    if (scheme->kind() == FluxScheme::Kind::internal) {
        problem.internal = test::internal_of("{ name = 'porous-medium', power = 2.5 }");
    }
    if (!kinked || !grows) {
        problem.growth = {};
    }
    return Setting(std::move(problem), kinked ? kinks : circle, flux);
}

Problem slope_of(const std::function<double(double)>& value)
{
    Problem problem;
    problem.coordinates = {{"x", "position", false, -1.0, 1.0}};
    problem.confinement = line_field(value, [](double) { return 0.0; });
    problem.initial.laws = {make_uniform(-1.0, 1.0, false)};
    return problem;
}

Grid line_with_a_point(const Problem&)
{
    Axis axis;
    axis.name = "x";
    axis.from = -1.0;
    axis.to = 1.0;
    axis.cells = 10;
    axis.points = {0.0};
    return make_line(axis);
}

void to_time_one(GridFlow& flow, Field& state)
{
    const auto stepper = make_stepper("ssp-rk3");
    Clock clock({1.0});
    Observers observers;
    evolve(flow, state, *stepper, clock, observers);
}

/// Density 1 and an atom of mass 1/2 in the potential V: rates at the atom and at its neighbours.
struct AtPoint {
    double left, point, right;
};

AtPoint at_point(const std::string& flux, const std::function<double(double)>& value)
{
    Setting s(slope_of(value), line_with_a_point, flux);
    Field state = Field::Zero(s.flow.layout().size()), rate;
    state.head(10) = s.grid.volumes().head(10);
    state[10] = 0.5;
    s.flow.rate(state, rate, 0.0);
    const PointCell& point = s.grid.point_cells().front();
    return {rate[point.left], rate[point.site], rate[point.right]};
}

}  // namespace

BOOST_AUTO_TEST_CASE(transport_keeps_the_mass_of_every_channel)
{
    for (const auto& [name, entry] : fluxes().all()) {
        Setting s = network_for(name, "square", false, 3);
        const Layout& layout = s.flow.layout();
        const Field state = random_state(layout, 0.7, 4);
        Field rate;
        s.flow.rate(state, rate, 0.0);
        BOOST_TEST_CONTEXT(name)
        {
            for (Index c = 0; c < layout.channels; ++c) {
                const Field channel = layout.channel(rate, c);
                BOOST_TEST(channel.cwiseAbs().sum() > 1e-3);
                BOOST_TEST(std::abs(channel.sum()) < 1e-14 * channel.cwiseAbs().sum());
            }
            BOOST_TEST(rate[layout.log_mass()] == 0.0);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_mass_becomes_negative_within_the_stated_limits)
{
    for (const auto& [name, entry] : fluxes().all()) {
        for (unsigned seed = 10; seed < 30; ++seed) {
            Setting s = network_for(name, "square", true, seed);
            const Field state = random_state(s.flow.layout(), 0.3, seed);
            s.flow.prepare(state, 0.0);
            for (const auto& part : s.flow.parts()) {
                const double dt = (1.0 - 1e-12) * part->rate_limit(state);
                Field rate = Field::Zero(state.size()), advanced = state;
                part->add_rate(state, rate);
                const Field after = state + dt * rate;
                BOOST_TEST(s.flow.layout().measure(after).minCoeff() >= 0.0, name << " " << part->name());
                part->advance(advanced, std::min(10.0, (1.0 - 1e-12) * part->advance_limit(state)),
                              Advance::robust);
                BOOST_TEST(s.flow.layout().measure(advanced).minCoeff() >= 0.0, name << " " << part->name());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_limit_of_the_upwind_flux_is_sharp)
{
    Problem problem = random_network("square", 5);
    problem.growth = {};
    Setting s(std::move(problem), circle, "upwind");
    const Field mixed = random_state(s.flow.layout(), 0.3, 6);
    s.flow.prepare(mixed, 0.0);
    const Part& transport = *s.flow.parts().front();
    double lowest = 0.0;
    for (Index i = 0; i < s.flow.layout().masses(); ++i) {
        const Field alone = Field::Unit(mixed.size(), i);
        Field rate = Field::Zero(mixed.size());
        transport.add_rate(alone, rate);
        lowest = std::min(lowest, rate[i]);
    }
    BOOST_TEST(std::abs(-1.0 / lowest / transport.rate_limit(mixed) - 1.0) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_point_that_both_sides_flow_into_keeps_what_comes)
{
    for (const char* flux : {"upwind", "muscl"}) {
        const AtPoint rates = at_point(flux, [](double x) { return std::abs(x); });
        BOOST_TEST(std::abs(rates.point - 2.0) < 1e-13);
        BOOST_TEST(std::abs(rates.left) + std::abs(rates.right) < 1e-13);
    }
}

BOOST_AUTO_TEST_CASE(a_point_that_both_sides_leave_keeps_its_atom_and_opens_a_vacuum)
{
    for (const char* flux : {"upwind", "muscl"}) {
        const AtPoint rates = at_point(flux, [](double x) { return -std::abs(x); });
        BOOST_TEST(rates.point == 0.0);
        BOOST_TEST(std::abs(rates.left + 1.0) + std::abs(rates.right + 1.0) < 1e-13);
    }
}

/// Speed 1 from the left; the atom leaves within the reach of its neighbour, 0.1, at rate 0.5 / 0.1.
BOOST_AUTO_TEST_CASE(a_point_that_is_crossed_passes_the_flow_and_sends_its_atom_after_it)
{
    for (const char* flux : {"upwind", "muscl"}) {
        const AtPoint right = at_point(flux, [](double x) { return -x; });
        BOOST_TEST(std::abs(right.left) < 1e-12);
        BOOST_TEST(std::abs(right.point + 5.0) < 1e-12);
        BOOST_TEST(std::abs(right.right - 5.0) < 1e-12);
        const AtPoint left = at_point(flux, [](double x) { return x; });
        BOOST_TEST(std::abs(left.right) < 1e-12);
        BOOST_TEST(std::abs(left.point + 5.0) < 1e-12);
        BOOST_TEST(std::abs(left.left - 5.0) < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(a_stored_atom_leaves_once_its_point_can_be_crossed)
{
    Setting s(slope_of([](double x) { return -x; }), line_with_a_point, "muscl");
    Field state = Field::Zero(s.flow.layout().size());
    state[10] = 1.0;
    to_time_one(s.flow, state);
    BOOST_TEST(state[10] < 1.1 * std::exp(-10.0));
    BOOST_TEST(state.head(5).isZero(0.0));
    BOOST_TEST(std::abs(s.flow.layout().measure(state).sum() - 1.0) < 1e-14);
}

BOOST_AUTO_TEST_CASE(the_dissipation_is_the_rate_at_which_the_objective_falls)
{
    for (const auto& [name, entry] : fluxes().all()) {
        for (const bool grows : {false, true}) {
            Setting s = network_for(name, "square", grows, 40);
            Field state = random_state(s.flow.layout(), 0.4, 41);
            s.flow.layout().measure(state).array() += 1e-3;
            Field rate;
            s.flow.rate(state, rate, 0.0);
            const double stated = s.flow.dissipation(state);
            FreeEnergy::Evaluation ahead, behind;
            const double h = 1e-5 / rate.cwiseAbs().maxCoeff();
            s.flow.energy().evaluate(state + h * rate, 0.0, ahead);
            s.flow.energy().evaluate(state - h * rate, 0.0, behind);
            const double observed = (behind.objective() - ahead.objective()) / (2.0 * h);
            BOOST_TEST(stated > 0.0, name);
            BOOST_TEST(std::abs(observed - stated) < 1e-5 * stated, name << (grows ? " with growth" : ""));
        }
    }
}

BOOST_AUTO_TEST_CASE(tidy_changes_the_form_of_a_state_and_not_what_it_stands_for)
{
    Setting s = network_for("muscl", "square", true, 50);
    const Layout& layout = s.flow.layout();
    Field state = random_state(layout, 0.4, 51);
    layout.measure(state) *= 3.0;
    state[2] = 1e-295;
    const double sum = layout.measure(state).sum();
    const Field before = s.flow.energy().predictions(state);
    s.flow.tidy(state);
    BOOST_TEST(std::abs(layout.measure(state).sum() - 1.0) < 1e-14);
    BOOST_TEST(std::abs(state[layout.log_mass()] - 0.4 - std::log(sum)) < 1e-14);
    BOOST_TEST(state[2] == 0.0);
    BOOST_TEST((s.flow.energy().predictions(state) - before).norm() < 1e-13 * before.norm());

    Setting still = network_for("muscl", "square", false, 50);
    const Field other = 3.0 * random_state(layout, 0.4, 52);
    Field same = other;
    still.flow.tidy(same);
    BOOST_TEST((same.array() == other.array()).all());
}

/// The step of implicit-predictions solves r = slope(f at its end), with kinks in f.
void check_foreseen(const std::string& risk, const std::string& flux, double log_mass, unsigned seed)
{
    Setting s(random_network(risk, seed), kinks, flux);
    const Field state = random_state(s.flow.layout(), log_mass, seed);
    const auto stepper = make_stepper("implicit-predictions");
    const double dt = 0.5 * stepper->limit(s.flow, state, 0.0);
    Field trial;
    stepper->try_step(s.flow, 0.0, dt, state, trial);
    const Field used = s.flow.evaluation().slope;
    const Field end = s.problem.risk->slope(s.flow.energy().predictions(trial));
    BOOST_TEST((used - end).norm() < 1e-10 * std::max(1.0, end.norm()),
               risk << " " << flux << " log mass " << log_mass << " seed " << seed);
}

BOOST_AUTO_TEST_CASE(the_implicit_step_ends_at_the_predictions_that_it_foresaw)
{
    for (const char* risk : {"soft-min", "square", "logistic"}) {
        for (const char* flux : {"upwind", "muscl"}) {
            for (unsigned seed = 60; seed < 66; ++seed) {
                check_foreseen(risk, flux, 0.0, seed);
                check_foreseen(risk, flux, 6.0, seed);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_foreseen_is_not_taken_for_the_present)
{
    Setting s(random_network("soft-min", 70), kinks, "muscl");
    const Field state = random_state(s.flow.layout(), 1.0, 71);
    s.flow.prepare(state, 0.0);
    const Field present = s.flow.evaluation().potential;
    s.flow.foresee(state, 0.0, 0.1);
    BOOST_TEST((s.flow.evaluation().potential - present).norm() > 1e-4);
    s.flow.prepare(state, 0.0);
    BOOST_TEST((s.flow.evaluation().potential.array() == present.array()).all());
}

/// Negated inputs x -> -x beside a bias: angles a -> pi - a.
double mirror_distance(const Setting& a, const Field& state, const Setting& b, const Field& mirrored)
{
    const double turn = 2.0 * std::numbers::pi;
    const Layout& layout = a.flow.layout();
    double sum = std::abs(state[layout.log_mass()] - mirrored[layout.log_mass()]);
    for (Index i = 0; i < layout.sites(); ++i) {
        const double image = std::fmod(1.5 * turn - a.grid.coordinates()(0, i), turn);
        const Index first = i < layout.cells ? 0 : layout.cells;
        const Index count = i < layout.cells ? layout.cells : layout.points;
        Index partner = 0;
        const auto others = b.grid.coordinates().row(0).segment(first, count).array() - image;
        const double apart = (others / turn - (others / turn).round()).abs().minCoeff(&partner);
        sum += apart < 1e-10 ? 0.0 : 1.0;
        for (Index c = 0; c < layout.channels; ++c) {
            sum += std::abs(layout.channel(state, c)[i] - layout.channel(mirrored, c)[first + partner]);
        }
    }
    return sum;
}

BOOST_AUTO_TEST_CASE(negated_inputs_give_the_mirrored_measure)
{
    for (unsigned seed = 80; seed < 90; ++seed) {
        Problem problem = random_network("square", seed, 20), negated = problem;
        Matrix inputs = Matrix::Ones(20, 2);
        inputs.col(0) = -random_field(20, -2.0, 2.0, seed);
        negated.features = test::circle_network("square", inputs, Field::Zero(20), 0.0).features;
        Setting a(std::move(problem), kinks, "muscl"), b(std::move(negated), kinks, "muscl");
        BOOST_REQUIRE(a.grid.sites() == b.grid.sites());
        const Field start = initial_state(a.problem, a.grid, a.flow.layout());
        Field at_a = start, at_b = initial_state(b.problem, b.grid, b.flow.layout());
        to_time_one(a.flow, at_a);
        to_time_one(b.flow, at_b);
        BOOST_TEST((at_a - start).lpNorm<1>() > 0.05);
        BOOST_TEST(mirror_distance(a, at_a, b, at_b) < 1e-12, "seed " << seed);
    }
}

std::string refused(Problem problem, const std::function<Grid(const Problem&)>& grid, const std::string& flux)
{
    return refusal([&] { Setting(std::move(problem), grid, flux); });
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_refused)
{
    Problem warm = random_network("square", 90);
    warm.temperature = 0.1;
    BOOST_TEST(refused(warm, circle, "scharfetter-gummel").find("temperature together with growth") == 0);
    warm.growth = {};
    BOOST_TEST(refused(warm, circle, "scharfetter-gummel") == "accepted");
    BOOST_TEST(refused(warm, circle, "muscl").find("a positive temperature needs") == 0);
    BOOST_TEST(refused(warm, kinks, "scharfetter-gummel").find("align = \"kinks\"") == 0);
    BOOST_TEST(refused(random_network("square", 90), circle, "scharfetter-gummel").find("needs a positive") !=
               std::string::npos);

    Problem steps = random_network("square", 90);
    const Settings none(Value::table(), Schema());
    steps.features = make_ridge(activations().find("step").make(none), Matrix::Ones(6, 2), Chart::circle);
    BOOST_TEST(refused(steps, circle, "muscl").find("this activation has jumps") == 0);
    steps.frozen = true;
    BOOST_TEST(refused(steps, circle, "muscl") == "accepted");
}

BOOST_AUTO_TEST_CASE(flows_without_foreseeable_predictions_say_so)
{
    const auto foresee = [](Problem problem, const std::function<Grid(const Problem&)>& grid) {
        Setting s(std::move(problem), grid, "upwind");
        const Field state = initial_state(s.problem, s.grid, s.flow.layout());
        return refusal([&] { s.flow.foresee(state, 0.0, 0.1); });
    };
    Problem linear = random_network("square", 95), centred = linear;
    linear.growth.kind = Growth::Kind::linear;
    centred.growth.kind = Growth::Kind::mean_preserving;
    for (const Problem& refused : {linear, centred}) {
        BOOST_TEST(foresee(refused, circle).find("implicit-predictions") != std::string::npos);
    }
    const Problem alone = slope_of([](double x) { return x; });
    BOOST_TEST(foresee(alone, line_with_a_point).find("implicit-predictions") != std::string::npos);
    BOOST_TEST(foresee(random_network("square", 95), circle) == "accepted");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
