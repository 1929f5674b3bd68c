// SPDX-License-Identifier: BSD-3-Clause
// Internal energies on grids: what an implicit step keeps, at any size, and its order.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "support/internal.hpp"
#include "support/random.hpp"
#include "support/refusal.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(internal_diffusion)

namespace {

using test::internal_of;

Axis axis(const std::string& name, Index cells, bool circle, double ratio = 1.0)
{
    Axis axis;
    axis.name = name;
    axis.from = -2.0;
    axis.to = 2.0;
    axis.cells = cells;
    axis.low = axis.high = circle ? Side::periodic : Side::no_flux;
    axis.ratio = ratio;
    return axis;
}

/// V = 1 - cos(pi x / 2) cos(pi y / 2) ...: a well in the middle.
class Well : public ScalarField {
public:
    Field value(const Matrix& points) const override
    {
        return 1.0 - (0.5 * std::numbers::pi * points.array()).cos().colwise().prod().transpose();
    }
    Matrix slope(const Matrix& points) const override { return Matrix::Zero(points.rows(), points.cols()); }
};

struct Setting {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme = fluxes().find("chain-rule").make();
    std::unique_ptr<GridFlow> flow;

    Setting(const std::string& internal, const std::vector<Axis>& axes, double temperature = 0.0)
        : grid(make_grid(axes))
    {
        for (const Axis& one : axes) {
            problem.coordinates.push_back({one.name, "place"});
            problem.initial.laws.push_back(make_uniform(-2.0, 2.0, one.low == Side::periodic));
        }
        problem.internal = internal_of(internal);
        problem.temperature = temperature;
        problem.confinement = std::make_shared<Well>();
        flow = std::make_unique<GridFlow>(problem, grid, *scheme);
    }
    Field state(unsigned seed, double least = 0.0) const
    {
        Field state = test::random_field(flow->layout().size(), least, 1.0, seed);
        flow->layout().measure(state) /= flow->layout().measure(state).sum();
        state[flow->layout().log_mass()] = std::log(1.7);
        return state;
    }
    double objective(const Field& state) const
    {
        FreeEnergy::Evaluation out;
        flow->energy().evaluate(state, 0.0, out);
        return out.objective();
    }
    /// By `steps` steps of the split stepper.
    Field after(double time, int steps, Field state) const
    {
        const auto stepper = make_stepper("split");
        Field trial;
        for (int k = 0; k < steps; ++k) {
            const Trial tried = stepper->try_step(*flow, 0.0, time / steps, state, trial);
            BOOST_REQUIRE(tried.refused.empty());
            state = trial;
        }
        return state;
    }
};

const std::vector<std::string> energies = {
    "{ name = 'porous-medium' }", "{ name = 'porous-medium', power = 3.5, strength = 0.2 }",
    "{ name = 'porous-medium', power = 1.3 }", "{ name = 'ultra-fast' }"};

std::vector<std::vector<Axis>> shapes()
{
    return {{axis("x", 40, false, 3.0)},
            {axis("x", 30, true)},
            {axis("x", 9, true), axis("y", 7, false)},
            {axis("x", 5, false), axis("y", 4, true), axis("z", 6, false)}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_implicit_step_of_any_size_is_positive_conservative_and_dissipating)
{
    for (const std::string& energy : energies) {
        for (const auto& axes : shapes()) {
            for (const double temperature : {0.0, 0.1}) {
                Setting s(energy, axes, temperature);
                const Field before = s.state(3, 0.05);
                s.flow->prepare(before, 0.0);
                for (const double dt : {1e-3, 0.1, 10.0}) {
                    Field after = before;
                    s.flow->parts().front()->advance(after, dt, Advance::robust);
                    const auto masses = s.flow->layout().measure(after);
                    BOOST_TEST_CONTEXT(energy << ", rank " << axes.size() << ", tau " << temperature
                                              << ", dt " << dt)
                    {
                        BOOST_TEST(masses.allFinite());
                        BOOST_TEST(masses.minCoeff() >= 0.0);
                        BOOST_TEST(std::abs(masses.sum() - 1.0) < 1e-14);
                        BOOST_TEST(s.objective(after) < s.objective(before));
                    }
                }
            }
        }
    }
}

/// Beside vacua, where a porous medium has a front, an implicit step finds its way too.
BOOST_AUTO_TEST_CASE(vacua_stay_nonnegative)
{
    Setting s("{ name = 'porous-medium' }", {axis("x", 60, false)});
    Field before = s.state(4);
    before.head(20).setZero();
    before.segment(45, 15).setZero();
    s.flow->layout().measure(before) /= s.flow->layout().measure(before).sum();
    s.flow->prepare(before, 0.0);
    for (const double dt : {1e-4, 1e-2, 1.0}) {
        Field after = before;
        s.flow->parts().front()->advance(after, dt, Advance::robust);
        BOOST_TEST(s.flow->layout().measure(after).minCoeff() >= 0.0);
        BOOST_TEST(std::abs(s.flow->layout().measure(after).sum() - 1.0) < 1e-14);
    }
}

/// psi + e' constant: u = (level - V) / 2 where e = r^2.
BOOST_AUTO_TEST_CASE(rest_is_kept)
{
    Setting s("{ name = 'porous-medium' }", {axis("x", 24, false), axis("y", 17, true)});
    Field state = Field::Zero(s.flow->layout().size());
    const Field density = 0.5 * (2.5 - s.flow->energy().confinement().array());
    s.flow->layout().measure(state) = density.cwiseProduct(s.grid.volumes());
    const double mass = s.flow->layout().measure(state).sum();
    s.flow->layout().measure(state) /= mass;
    state[s.flow->layout().log_mass()] = std::log(mass);
    Field rate;
    s.flow->rate(state, rate, 0.0);
    BOOST_TEST(rate.cwiseAbs().maxCoeff() < 1e-14);
    for (const Advance how : {Advance::accurate, Advance::robust}) {
        Field after = state;
        s.flow->parts().front()->advance(after, 0.7, how);
        BOOST_TEST((after - state).cwiseAbs().maxCoeff() < 1e-15);
    }
}

/// Against many small explicit steps, by halving.
BOOST_AUTO_TEST_CASE(split_steps_are_of_second_order)
{
    for (const std::string& energy : {energies[0], energies[1], energies[3]}) {
        Setting s(energy, {axis("x", 8, true), axis("y", 9, false)}, 0.05);
        const Field start = s.state(8, 0.5);
        Field fine = start;
        const auto explicit_steps = make_stepper("rk4");
        const double end = 0.05, limit = explicit_steps->limit(*s.flow, start, 0.0);
        const int steps = static_cast<int>(std::ceil(50.0 * end / limit));
        Field trial;
        for (int k = 0; k < steps; ++k) {
            explicit_steps->try_step(*s.flow, 0.0, end / steps, fine, trial);
            fine = trial;
        }
        const double coarse_error = (s.after(end, 8, start) - fine).norm();
        const double fine_error = (s.after(end, 16, start) - fine).norm();
        BOOST_TEST(std::log2(coarse_error / fine_error) > 1.8,
                   energy << ": " << coarse_error << ", " << fine_error);
    }
}

/// Explicit steps within the stated limit stay nonnegative from random states with vacua.
BOOST_AUTO_TEST_CASE(explicit_steps_stay_nonnegative_within_the_limit)
{
    for (const std::string& energy : {energies[0], energies[2]}) {
        for (unsigned seed = 0; seed < 20; ++seed) {
            Setting s(energy, {axis("x", 12, true), axis("y", 6, false)});
            Field state = s.state(seed);
            state.head(9).setZero();
            s.flow->prepare(state, 0.0);
            const Part& part = *s.flow->parts().front();
            Field rate = Field::Zero(state.size());
            part.add_rate(state, rate);
            const Field after = state + (1.0 - 1e-12) * part.rate_limit(state) * rate;
            BOOST_TEST(s.flow->layout().measure(after).minCoeff() >= 0.0);
        }
    }
}

/// A reference law enters as m: at rest u is proportional to it.
BOOST_AUTO_TEST_CASE(a_reference_law_is_what_an_internal_energy_compares_with)
{
    Setting s("{ name = 'ultra-fast' }", {axis("x", 40, false)});
    s.problem.confinement = constant_field(0.0);
    s.problem.reference =
        std::make_shared<ProductLaw>(std::vector<std::shared_ptr<const Law>>{make_gaussian(0.3, 0.8)});
    const GridFlow flow(s.problem, s.grid, *s.scheme);
    Field state = Field::Zero(flow.layout().size());
    flow.layout().measure(state) = cell_masses(*s.problem.reference, s.grid);
    flow.layout().measure(state) /= flow.layout().measure(state).sum();
    GridFlow moving(s.problem, s.grid, *s.scheme);
    Field rate;
    moving.rate(state, rate, 0.0);
    BOOST_TEST(rate.cwiseAbs().maxCoeff() < 1e-12);
    FreeEnergy::Evaluation out;
    moving.energy().evaluate(state, 0.0, out);
    const double inside = cell_masses(*s.problem.reference, s.grid).sum();
    BOOST_TEST(std::abs(out.internal - 0.5 * inside * inside) < 1e-14);
}

/// psi + tau log u alone is not constant at rest.
BOOST_AUTO_TEST_CASE(there_is_no_gibbs_residual)
{
    Setting s("{ name = 'porous-medium' }", {axis("x", 20, false)}, 0.1);
    const Field state = s.state(2, 0.1);
    s.flow->prepare(state, 0.0);
    BOOST_TEST(std::isnan(measure("gibbs_residual", {*s.flow, state, 0.0})));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused)
{
    Setting s("{ name = 'ultra-fast' }", {axis("x", 40, false)});
    const auto refused = [&](const std::string& flux) {
        const auto scheme = fluxes().find(flux).make();
        return refusal([&] { GridFlow(s.problem, s.grid, *scheme); });
    };
    BOOST_TEST(refused("muscl").find("chain-rule") != std::string::npos);
    s.problem.growth = {Growth::Kind::proportional, 1.0};
    BOOST_TEST(refused("chain-rule").find("growth") != std::string::npos);
    s.problem.growth = {};
    s.problem.internal = nullptr;
    BOOST_TEST(refused("chain-rule").find("problem.internal") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
