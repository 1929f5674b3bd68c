// SPDX-License-Identifier: BSD-3-Clause
// One code path at the ends of time integration: stiff diffusion, growth at any step, growing mass, restart.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(time_ends)

namespace {

Grid line(double from, double to, Index cells)
{
    Axis axis;
    axis.name = "x";
    axis.from = from;
    axis.to = to;
    axis.cells = cells;
    return make_line(axis);
}

/// V = x^2 / 2 and, for `coupled`, R = (mean - 1)^2 / 2 at temperature 1/2.
Problem well(bool coupled)
{
    Problem problem;
    problem.coordinates = {{"x", "position", false}};
    problem.amplitude = coupled ? Amplitude::axis : Amplitude::none;
    problem.confinement = quadratic_field(1.0);
    problem.temperature = 0.5;
    problem.initial.laws = {make_uniform(0.5, 2.0, false)};
    if (coupled) {
        problem.features = make_constant();
        problem.risk =
            risks().find("square").make(Settings(Value::table(), Schema()), {Field::Ones(1), Field::Ones(1)});
    }
    return problem;
}

struct Run {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme;
    GridFlow flow;
    std::unique_ptr<Stepper> stepper;
    Clock clock;
    Observers observers;
    Field state;

    Run(Problem p, const std::function<Grid(const Problem&)>& make_grid, const std::string& flux,
        const std::string& method, Clock::Limits limits)
        : problem(std::move(p)),
          grid(make_grid(problem)),
          scheme(fluxes().find(flux).make()),
          flow(problem, grid, *scheme),
          stepper(make_stepper(method)),
          clock(limits),
          state(initial_state(problem, grid, flow.layout()))
    {
        observers.push_back(
            make_state_guard(flow.layout().masses(), [this](Index i) { return flow.entry_name(i); }));
    }
    void go() { evolve(flow, state, *stepper, clock, observers); }
    double mass() const { return flow.layout().measure(state).sum(); }
};

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Largest |log u + psi / tau - constant| over cells that hold mass.
double gibbs_residual(Run& run)
{
    run.flow.prepare(run.state, 0.0);
    const Field& volumes = run.grid.volumes();
    double low = infinite, high = -infinite;
    for (Index i = 0; i < run.grid.cells(); ++i) {
        const double chemical = std::log(run.state[i] / volumes[i]) +
                                run.flow.evaluation().potential[i] / run.problem.temperature(0.0);
        low = std::min(low, chemical);
        high = std::max(high, chemical);
    }
    return high - low;
}

void check_gibbs(bool coupled)
{
    const auto grid = [](const Problem&) { return line(-4.0, 5.0, 180); };
    const double h = 9.0 / 180.0;
    Run run(well(coupled), grid, "scharfetter-gummel", "split", {60.0, 1.0, h});
    run.go();
    BOOST_TEST(run.clock.step() < 2400, "steps of the order of h");
    BOOST_TEST(run.clock.rejected() == 0);
    BOOST_TEST(std::abs(run.mass() - 1.0) < 1e-13);
    BOOST_TEST(gibbs_residual(run) < 1e-9);
    if (coupled) {
        BOOST_TEST(std::abs(run.flow.energy().predictions(run.state)[0] - 0.5) < 1e-3);
    }
}

Problem hill()
{
    Problem problem;
    problem.coordinates = {{"x", "position", false}};
    problem.confinement =
        line_field([](double x) { return std::cos(x) - 0.3; }, [](double x) { return -std::sin(x); });
    problem.frozen = true;
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.initial.laws = {make_uniform(0.0, 3.0, false)};
    return problem;
}

const Matrix xor_inputs = (Matrix(4, 2) << 1, 1, -1, -1, 1, -1, -1, 1).finished();
const Field xor_labels = (Field(4) << 1, 1, -1, -1).finished();
const Matrix three_inputs = (Matrix(3, 2) << -1, 1, 0, 1, 1, 1).finished();
const Field three_labels = (Field(3) << -1, 1, -1).finished();

Run classifier(const Matrix& inputs, const Field& labels, double end)
{
    return Run(test::circle_network("soft-min", inputs, labels, 0.0),
               [](const Problem& p) { return test::kink_grid(p, 360); }, "muscl", "implicit-predictions",
               {end, 0.9});
}

}  // namespace

BOOST_AUTO_TEST_CASE(ornstein_uhlenbeck_reaches_the_gibbs_state_at_dt_of_h)
{
    check_gibbs(false);
}

BOOST_AUTO_TEST_CASE(scalar_langevin_reaches_the_gibbs_state_at_dt_of_h)
{
    check_gibbs(true);
}

BOOST_AUTO_TEST_CASE(growth_closes_its_balance_at_dt_100)
{
    Run run(hill(), [](const Problem&) { return line(0.0, 3.0, 64); }, "upwind", "split", {100.0, 1.0});
    const Field start = run.state;
    run.go();
    BOOST_TEST(run.clock.step() == 1);
    // log mass against sum_i m_i exp(-kappa V_i t), by its largest exponent.
    const Field exponents = -200.0 * run.flow.energy().confinement();
    const double top = exponents.maxCoeff();
    const double exact =
        top + std::log((run.flow.layout().measure(start).array() * (exponents.array() - top).exp()).sum());
    BOOST_TEST(std::abs(run.state[run.flow.layout().log_mass()] - exact) < 1e-13 * std::abs(exact));
    BOOST_TEST(std::abs(run.mass() - 1.0) < 1e-13);
    BOOST_TEST(run.flow.layout().measure(run.state).minCoeff() >= 0.0);
}

BOOST_AUTO_TEST_CASE(soft_min_reaches_mass_1e6_with_the_margin_of_three_points)
{
    Run run = classifier(three_inputs, three_labels, 38.0);
    run.go();
    const double mass = std::exp(run.state[run.flow.layout().log_mass()]);
    BOOST_TEST(mass > 1e6);
    // gamma_1 = 1/5 and gap * mass -> 0.515, plus what 360 cells can resolve.
    BOOST_TEST(std::abs(test::margin(run.flow, run.state) - 0.2) < 5e-6);
    BOOST_TEST(run.clock.step() < 4000);
}

BOOST_AUTO_TEST_CASE(soft_min_reaches_mass_1e6_with_the_exact_margin_of_xor)
{
    Run run = classifier(xor_inputs, xor_labels, 22.0);
    run.go();
    BOOST_TEST(std::exp(run.state[run.flow.layout().log_mass()]) > 1e6);
    BOOST_TEST(std::abs(test::margin(run.flow, run.state) - std::sqrt(2.0) / 4.0) < 1e-15);
}

/// Remembers the run after a number of steps.
struct Bookmark : Observer {
    std::int64_t at = 100;
    Clock::Memory memory;
    Field kept;

    void observe(Clock& clock, const Field& state) override
    {
        if (clock.step() == at) {
            memory = clock.memory();
            kept = state;
        }
    }
};

BOOST_AUTO_TEST_CASE(a_restart_in_the_middle_changes_no_bit)
{
    Run whole = classifier(three_inputs, three_labels, 6.0);
    auto bookmark = std::make_unique<Bookmark>();
    const Bookmark& middle = *bookmark;
    whole.observers.push_back(std::move(bookmark));
    whole.go();

    Run rest = classifier(three_inputs, three_labels, 6.0);
    rest.state = middle.kept;
    rest.clock.restore(middle.memory);
    rest.go();
    BOOST_TEST(whole.clock.step() > 200);
    BOOST_TEST(rest.clock.step() == whole.clock.step());
    BOOST_TEST((rest.state.array() == whole.state.array()).all());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
