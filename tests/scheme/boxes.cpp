// SPDX-License-Identifier: BSD-3-Clause
// Flows on grids of two and three axes: energies against direct sums, dissipation against differences of F,
// and what an implicit step of drift and diffusion keeps.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "support/particles.hpp"
#include "support/random.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(boxes)

namespace {

using test::any_activation;
using test::random_field;

Axis interval(const std::string& name, Index cells, Side low = Side::no_flux, double ratio = 1.0)
{
    Axis line;
    line.name = name;
    line.from = -2.0;
    line.to = 2.0;
    line.cells = cells;
    line.low = low;
    line.ratio = ratio;
    return line;
}

Axis turn(const std::string& name, Index cells)
{
    Axis line = interval(name, cells);
    line.low = line.high = Side::periodic;
    return line;
}

/// A neuron a tanh(w x + b): the amplitude a and the base (w, b); or the base alone under two signs.
Problem network(bool amplitude_axis)
{
    Problem problem;
    if (amplitude_axis) {
        problem.coordinates.push_back({"a", "output weight"});
    }
    problem.coordinates.push_back({"w", "input weight"});
    problem.coordinates.push_back({"b", "bias"});
    problem.amplitude = amplitude_axis ? Amplitude::axis : Amplitude::signs;
    Matrix inputs(4, 2);
    inputs << -1.0, 1.0, -0.3, 1.0, 0.4, 1.0, 1.1, 1.0;
    problem.features = make_ridge(any_activation("tanh"), inputs, Chart::linear);
    Field targets(4);
    targets << 0.3, -0.4, 0.1, 0.5;
    problem.risk =
        risks().find("square").make(Settings(Value::table(), Schema()), {Field::Constant(4, 0.25), targets});
    problem.confinement = quadratic_field(0.3);
    for (std::size_t k = 0; k < problem.coordinates.size(); ++k) {
        problem.initial.laws.push_back(make_gaussian(0.1, 1.0));
    }
    return problem;
}

/// V = cos(pi x / 2) + x_1 x_2 ... without data, for axes of any sides.
class Hills : public ScalarField {
public:
    Field value(const Matrix& points) const override
    {
        const Field waves = (0.5 * std::numbers::pi * points.array()).cos().colwise().sum().transpose();
        return waves + (0.5 * std::numbers::pi * points.array()).sin().colwise().prod().transpose().matrix();
    }
    Matrix slope(const Matrix& points) const override { return Matrix::Zero(points.rows(), points.cols()); }
};

class Varying : public Mobility {
public:
    Matrix value(const Matrix& points) const override
    {
        Matrix m = (1.0 + 0.2 * (0.5 * std::numbers::pi * points.array()).sin()).matrix();
        m.row(0) *= 3.0;
        return m;
    }
    Matrix slope(const Matrix& points) const override { return Matrix::Zero(points.rows(), points.cols()); }
};

Problem hills(std::size_t rank, double temperature)
{
    Problem problem;
    for (std::size_t k = 0; k < rank; ++k) {
        problem.coordinates.push_back({std::string(1, static_cast<char>('x' + k)), "place"});
        problem.initial.laws.push_back(make_uniform(-2.0, 2.0, false));
    }
    problem.confinement = std::make_shared<Hills>();
    problem.mobility = std::make_shared<Varying>();
    problem.temperature = temperature;
    return problem;
}

struct Setting {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme;
    GridFlow flow;

    Setting(Problem p, const std::vector<Axis>& axes, const std::string& flux)
        : problem(std::move(p)),
          grid(make_grid(axes)),
          scheme(fluxes().find(flux).make()),
          flow(problem, grid, *scheme)
    {}
    Field random_state(unsigned seed) const
    {
        Field state = random_field(flow.layout().size(), 0.1, 1.0, seed);
        flow.layout().measure(state) /= flow.layout().measure(state).sum();
        state[flow.layout().log_mass()] = 0.2;
        return state;
    }
};

std::vector<std::vector<Axis>> shapes()
{
    return {{interval("x", 6), interval("y", 5)},
            {turn("x", 6), interval("y", 5)},
            {interval("x", 5, Side::no_flux, 2.0), turn("y", 4)},
            {turn("x", 4), turn("y", 5), interval("z", 3)}};
}

/// -dF/dt by central differences along the rate.
double fall(Setting& s, const Field& state, const Field& rate)
{
    const double h = 1e-6;
    FreeEnergy::Evaluation ahead, behind;
    s.flow.energy().evaluate(state + h * rate, 0.0, ahead);
    s.flow.energy().evaluate(state - h * rate, 0.0, behind);
    return -(ahead.objective() - behind.objective()) / (2.0 * h);
}

void check_dissipation(Setting& s)
{
    const Field state = s.random_state(3);
    Field rate;
    s.flow.rate(state, rate, 0.0);
    const double claimed = s.flow.dissipation(state);
    BOOST_TEST(claimed > 0.0);
    BOOST_TEST(std::abs(claimed - fall(s, state, rate)) < 1e-7 * claimed);
    BOOST_TEST(std::abs(s.flow.layout().measure(rate).sum()) <
               1e-12 * s.flow.layout().measure(rate).cwiseAbs().sum());
}

Field gibbs(const Setting& s)
{
    const double tau = s.problem.temperature(0.0);
    const Field& v = s.flow.energy().confinement();
    const Field& m = s.flow.energy().log_reference();
    Field state = Field::Zero(s.flow.layout().size());
    state.head(s.grid.cells()) =
        ((m - v / tau).array().exp() * s.grid.volumes().array()).head(s.grid.cells());
    state.head(s.grid.cells()) /= state.head(s.grid.cells()).sum();
    return state;
}

}  // namespace

/// Features live on the base; the reference forms every phi_i at every site.
BOOST_AUTO_TEST_CASE(predictions_and_potentials_are_direct_sums)
{
    for (const bool axis : {true, false}) {
        std::vector<Axis> axes = {interval("w", 5), interval("b", 4)};
        if (axis) {
            axes.insert(axes.begin(), interval("a", 3));
        }
        Setting s(network(axis), axes, "muscl");
        const Field state = s.random_state(1);
        s.flow.prepare(state, 0.0);
        const auto& now = s.flow.evaluation();
        const Matrix phi = s.problem.values(s.grid.coordinates());
        Field f = Field::Zero(4);
        for (Index c = 0; c < s.flow.layout().channels; ++c) {
            const double sign = s.flow.energy().sign(c);
            f += std::exp(0.2) * sign * phi.transpose() * s.flow.layout().channel(state, c);
            const Field psi = sign * phi * now.slope + s.problem.confinement->value(s.grid.coordinates());
            BOOST_TEST((psi - s.flow.potential(c)).norm() < 1e-13 * psi.norm());
        }
        BOOST_TEST((f - now.predictions).norm() < 1e-13 * f.norm());
        BOOST_TEST((s.flow.energy().features_at_sites() - phi).norm() < 1e-14 * phi.norm());
        BOOST_TEST((s.flow.energy().features().rows() == (axis ? 20 : s.grid.sites())));
    }
}

BOOST_AUTO_TEST_CASE(the_dissipation_is_the_fall_of_the_objective)
{
    for (const auto& axes : shapes()) {
        for (const char* flux : {"upwind", "muscl", "scharfetter-gummel"}) {
            const bool warm = std::string(flux) == "scharfetter-gummel";
            Setting s(hills(axes.size(), warm ? 0.3 : 0.0), axes, flux);
            BOOST_TEST_CONTEXT(flux << " on " << axes.size() << " axes")
            {
                check_dissipation(s);
            }
        }
    }
    for (const bool axis : {true, false}) {
        std::vector<Axis> axes = {interval("w", 5), interval("b", 4)};
        if (axis) {
            axes.insert(axes.begin(), interval("a", 3));
        }
        for (const double temperature : {0.0, 0.2}) {
            Problem problem = network(axis);
            problem.temperature = temperature;
            Setting s(std::move(problem), axes, temperature > 0.0 ? "scharfetter-gummel" : "muscl");
            check_dissipation(s);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reference_density_is_at_rest_and_counts_in_the_entropy)
{
    Problem problem = hills(2, 0.3);
    problem.log_reference = quadratic_field(-0.7);
    Setting s(std::move(problem), shapes()[0], "scharfetter-gummel");
    check_dissipation(s);
    const Field state = gibbs(s);
    Field rate;
    s.flow.rate(state, rate, 0.0);
    BOOST_TEST(rate.cwiseAbs().maxCoeff() < 1e-14);
}

/// Both steps, at any dt: the Gibbs state is at rest, the mass stays, and one loaded cell makes nothing
/// negative by the robust step.
BOOST_AUTO_TEST_CASE(implicit_steps_keep_mass_sign_and_gibbs_state)
{
    for (auto axes : shapes()) {
        Setting s(hills(axes.size(), 0.3), axes, "scharfetter-gummel");
        const Field rest = gibbs(s);
        const Part& part = *s.flow.parts().front();
        for (const double dt : {1e-3, 1.0, 1e6}) {
            for (const Advance how : {Advance::accurate, Advance::robust}) {
                Field state = rest;
                s.flow.prepare(state, 0.0);
                part.advance(state, dt, how);
                BOOST_TEST((state - rest)
                               .cwiseAbs()
                               .cwiseQuotient(rest.cwiseMax(1e-300))
                               .head(s.grid.cells())
                               .maxCoeff() < 1e-12);
            }
            Field one = Field::Zero(s.flow.layout().size());
            one[s.grid.cells() / 2] = 1.0;
            part.advance(one, dt, Advance::robust);
            BOOST_TEST(one.minCoeff() >= 0.0);
            BOOST_TEST(std::abs(one.head(s.grid.cells()).sum() - 1.0) < 1e-13);
            if (dt == 1e6) {
                for (int k = 0; k < 100; ++k) {
                    part.advance(one, dt, Advance::robust);
                }
                BOOST_TEST((one - rest).cwiseAbs().sum() < 1e-9, "comes to rest, axis by axis");
            }
        }
    }
}

/// Against very short steps of the exact semi-discrete flow.
BOOST_AUTO_TEST_CASE(the_accurate_step_is_of_second_order_in_time)
{
    for (const auto& axes : {shapes()[1], shapes()[3]}) {
        Setting s(hills(axes.size(), 0.3), axes, "scharfetter-gummel");
        const Field start = s.random_state(5);
        const auto error = [&](Index steps, Advance how, const Field& truth) {
            Field state = start;
            s.flow.prepare(state, 0.0);
            for (Index k = 0; k < steps; ++k) {
                s.flow.parts().front()->advance(state, 0.2 / static_cast<double>(steps), how);
            }
            return (state - truth).cwiseAbs().sum();
        };
        Field truth = start, rate;
        const auto stepper = make_stepper("rk4");
        for (int k = 0; k < 400; ++k) {
            Field trial;
            stepper->try_step(s.flow, 0.0, 0.2 / 400.0, truth, trial);
            truth = trial;
        }
        for (const Index steps : {8, 16}) {
            const double second = std::log2(error(steps, Advance::accurate, truth) /
                                            error(2 * steps, Advance::accurate, truth));
            const double first =
                std::log2(error(steps, Advance::robust, truth) / error(2 * steps, Advance::robust, truth));
            BOOST_TEST(std::abs(second - 2.0) < 0.15);
            BOOST_TEST(std::abs(first - 1.0) < 0.15);
        }
    }
}

/// Nothing leaves a wall; explicit and implicit steps agree on what arrives.
BOOST_AUTO_TEST_CASE(absorbing_ends_keep_what_arrives)
{
    for (const double temperature : {0.0, 0.3}) {
        std::vector<Axis> axes = {interval("x", 6, Side::absorbing), interval("y", 4)};
        axes[1].high = Side::absorbing;
        Setting s(hills(2, temperature), axes, temperature > 0.0 ? "scharfetter-gummel" : "muscl");
        BOOST_REQUIRE(s.grid.points() == 10);
        Field state = s.random_state(2), rate;
        s.flow.rate(state, rate, 0.0);
        const auto arriving = rate.segment(s.grid.cells(), 10);
        BOOST_TEST(arriving.minCoeff() >= 0.0);
        BOOST_TEST(arriving.maxCoeff() > 0.0);
        BOOST_TEST(std::abs(s.flow.layout().measure(rate).sum()) < 1e-14);
        BOOST_TEST(s.flow.dissipates() == (temperature == 0.0));
        if (temperature > 0.0) {
            Field after = state;
            const double dt = 1e-6;
            s.flow.parts().front()->advance(after, dt, Advance::accurate);
            BOOST_TEST(((after - state) / dt - rate).cwiseAbs().maxCoeff() <
                       1e-4 * rate.cwiseAbs().maxCoeff());
            s.flow.parts().front()->advance(after, 1e9, Advance::robust);
            BOOST_TEST(after.head(s.grid.cells()).sum() < 1e-6, "all is absorbed in the end");
            BOOST_TEST(std::abs(s.flow.layout().measure(after).sum() - 1.0) < 1e-13);
        }
    }
}

/// Exchanging the axes exchanges the solution: no axis is treated better.
BOOST_AUTO_TEST_CASE(rates_do_not_depend_on_the_order_of_the_axes)
{
    for (const char* flux : {"muscl", "scharfetter-gummel"}) {
        const double tau = std::string(flux) == "muscl" ? 0.0 : 0.3;
        Problem first = hills(2, tau), second = hills(2, tau);
        first.mobility = second.mobility = nullptr;
        std::swap(second.coordinates[0], second.coordinates[1]);
        Setting a(std::move(first), {turn("x", 6), interval("y", 5)}, flux);
        Setting b(std::move(second), {interval("y", 5), turn("x", 6)}, flux);
        const Field state = a.random_state(4);
        Field turned = state, rate, other;
        for (Index i = 0; i < 6; ++i) {
            for (Index j = 0; j < 5; ++j) {
                turned[j * 6 + i] = state[i * 5 + j];
            }
        }
        a.flow.rate(state, rate, 0.0);
        b.flow.rate(turned, other, 0.0);
        for (Index i = 0; i < 6; ++i) {
            for (Index j = 0; j < 5; ++j) {
                BOOST_TEST(std::abs(other[j * 6 + i] - rate[i * 5 + j]) < 1e-14);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
