// SPDX-License-Identifier: BSD-3-Clause
// The guards of the guarantees, each seen to refuse what it is there for, and a run that recovers from it.
#include "widelimit/run/guards.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(guards)

namespace {

const Matrix inputs = (Matrix(3, 2) << -1, 1, 0, 1, 1, 1).finished();
const Field targets = (Field(3) << 0.5, -1, 0.7).finished();

struct Fixture {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme = fluxes().find("muscl").make();
    std::unique_ptr<GridFlow> flow;
    Field state;
    Clock clock{Clock::Limits{}};
    GuardRecord record;

    explicit Fixture(Growth growth) : problem(test::circle_network("square", inputs, targets, 0.01))
    {
        problem.growth = growth;
        grid = test::kink_grid(problem, 64);
        flow = std::make_unique<GridFlow>(problem, grid, *scheme);
        state = initial_state(problem, grid, flow->layout());
    }
    std::string judge(bool dissipates, const Field& trial)
    {
        const auto guard = make_flow_guard(*flow, dissipates, record);
        guard->start(clock, state);
        return guard->objection(clock, state, trial);
    }
    /// One explicit step along the rate, or against it.
    Field stepped(double dt)
    {
        Field rate;
        flow->rate(state, rate, 0.0);
        Field trial = state + dt * rate;
        flow->tidy(trial);
        return trial;
    }
};

const Growth none{};
const Growth proportional{Growth::Kind::proportional, 2.0};

bool mentions(const std::string& text, const std::string& words)
{
    return text.find(words) != std::string::npos;
}

/// A stepper whose trials are spoiled until dt is small.
struct Spoiled : Stepper {
    double above;
    std::unique_ptr<Stepper> inner = make_stepper("ssp-rk3");

    explicit Spoiled(double threshold) : above(threshold) {}
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        const Trial tried = inner->try_step(flow, t, dt, state, trial);
        trial[3] = dt > above ? -1e-30 : trial[3];
        return tried;
    }
    double limit(Flow& flow, const Field& state, double t) override { return inner->limit(flow, state, t); }
    int order() const override { return 3; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(negative_masses_and_numbers_that_are_none_are_refused)
{
    const auto guard = make_state_guard(2, [](Index i) { return "entry " + std::to_string(i); });
    const Clock clock{Clock::Limits{}};
    const Field good = (Field(3) << 0.0, 1.0, -4.0).finished();
    BOOST_TEST(guard->objection(clock, good, good).empty());
    BOOST_TEST(mentions(guard->objection(clock, good, (Field(3) << 1.0, -1e-300, 0.0).finished()),
                        "negative mass in entry 1"));
    BOOST_TEST(
        mentions(guard->objection(clock, good, (Field(3) << 1.0, 1.0, std::nan("")).finished()), "entry 2"));
    BOOST_TEST(
        mentions(guard->objection(clock, good, (Field(3) << INFINITY, 1.0, 0.0).finished()), "entry 0"));
}

BOOST_AUTO_TEST_CASE(a_drift_of_a_constant_mass_is_refused)
{
    Fixture fixed(none);
    Field trial = fixed.stepped(1e-3);
    BOOST_TEST(fixed.judge(true, trial).empty());
    trial[0] += 1e-12;
    BOOST_TEST(mentions(fixed.judge(true, trial), "mass drifted"));

    Fixture growing(proportional);
    trial = growing.stepped(1e-3);
    trial[growing.flow->layout().log_mass()] -= 1e-3;
    BOOST_TEST(!mentions(growing.judge(false, trial), "mass drifted"));
}

BOOST_AUTO_TEST_CASE(a_rise_of_the_objective_is_refused_only_where_the_scheme_claims_it)
{
    Fixture f(proportional);
    BOOST_TEST(f.judge(true, f.stepped(1e-3)).empty());
    const Field uphill = f.stepped(-1e-3);
    BOOST_TEST(mentions(f.judge(true, uphill), "the objective rose"));
    BOOST_TEST(f.judge(false, uphill).empty());
}

BOOST_AUTO_TEST_CASE(a_refused_trial_is_not_repaired_and_the_step_recovers)
{
    Fixture f(proportional);
    Clock clock({0.5, 0.9});
    Observers observers;
    observers.push_back(
        make_state_guard(f.flow->layout().masses(), [&](Index i) { return f.flow->entry_name(i); }));
    observers.push_back(make_flow_guard(*f.flow, true, f.record));
    Spoiled stepper(2e-3);
    evolve(*f.flow, f.state, stepper, clock, observers);
    BOOST_TEST(clock.rejected() > 0);
    BOOST_TEST(clock.time() == 0.5);
    BOOST_TEST(f.record.lowest_mass >= 0.0);
    BOOST_TEST(f.record.energy_increase <= 1e-12);
}

BOOST_AUTO_TEST_CASE(a_step_below_the_floor_ends_the_run_at_its_last_good_state)
{
    Fixture f(proportional);
    const Field before = f.state;
    Clock clock({0.5, 0.9});
    Observers observers;
    observers.push_back(
        make_state_guard(f.flow->layout().masses(), [&](Index i) { return f.flow->entry_name(i); }));
    Spoiled stepper(0.0);
    BOOST_CHECK_THROW(evolve(*f.flow, f.state, stepper, clock, observers), NumericalError);
    BOOST_TEST((f.state.array() == before.array()).all());
    BOOST_TEST(clock.time() == 0.0);
}

BOOST_AUTO_TEST_CASE(the_mass_gained_is_the_integral_of_the_growth_rate)
{
    double errors[2];
    for (int level = 0; level < 2; ++level) {
        Fixture f(proportional);
        Clock clock({1.0, 0.9, level == 0 ? 2e-2 : 1e-2});
        Observers observers;
        observers.push_back(make_flow_guard(*f.flow, true, f.record));
        const auto stepper = make_stepper("ssp-rk3");
        evolve(*f.flow, f.state, *stepper, clock, observers);
        errors[level] = std::abs(f.state[f.flow->layout().log_mass()] - f.record.growth_integral);
    }
    // The trapezoidal rule is of second order.
    BOOST_TEST(errors[0] > 1e-9);
    BOOST_TEST(std::log2(errors[0] / errors[1]) > 1.8);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
