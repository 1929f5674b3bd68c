// SPDX-License-Identifier: BSD-3-Clause
// Re-injection: mass, sign, orders in time, and what moves nothing.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "support/refusal.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(sources)

namespace {

struct Setting {
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme = fluxes().find("muscl").make();
    std::unique_ptr<GridFlow> flow;

    explicit Setting(const std::string& source)
        : problem(Case(parse_toml("problem.name = 'potential'\n" + source +
                                      "\ngrid.axes.angle.cells = 32\ntime.end = 1.0\n",
                                  "case.toml"),
                       "case")
                      .problem),
          grid(line())
    {
        problem.frozen = true;
        flow = std::make_unique<GridFlow>(problem, grid, *scheme);
    }
    static Grid line()
    {
        Axis axis;
        axis.name = "angle";
        axis.to = 6.283185307179586;
        axis.cells = 32;
        axis.low = axis.high = Side::periodic;
        return make_line(axis);
    }
    Field state() const
    {
        Field state = test::random_field(flow->layout().size(), 0.0, 1.0, 3);
        flow->layout().measure(state) /= flow->layout().measure(state).sum();
        state[flow->layout().log_mass()] = 0.3;
        return state;
    }
};

const std::string exchange = "problem.source = { law = 'wave', rate = 0.7 }";
const std::string killed =
    "problem.growth = { law = 'mean-preserving', kappa = 2.0 }\nproblem.source = { law = 'wave', killed = "
    "true }";

}  // namespace

BOOST_AUTO_TEST_CASE(steps_of_any_size_keep_mass_and_sign)
{
    for (const std::string& source : {exchange, killed}) {
        const Setting s(source);
        const Part& part = *s.flow->parts().back();
        for (const double dt : {1e-3, 0.4, 50.0}) {
            Field state = s.state();
            s.flow->prepare(state, 0.0);
            part.advance(state, dt, Advance::accurate);
            BOOST_TEST(s.flow->layout().measure(state).minCoeff() >= 0.0);
            BOOST_TEST(std::abs(s.flow->layout().measure(state).sum() - 1.0) < 1e-14);
        }
        Field state = s.state(), rate = Field::Zero(state.size());
        s.flow->prepare(state, 0.0);
        part.add_rate(state, rate);
        BOOST_TEST(std::abs(rate.sum()) < 1e-15);
        BOOST_TEST(rate.cwiseAbs().maxCoeff() > 1e-3);
        BOOST_TEST((state + part.rate_limit(state) * rate).head(32).minCoeff() >= -1e-16);
    }
}

/// m(t) - law = exp(-rate t) (m(0) - law).
BOOST_AUTO_TEST_CASE(exchange_is_exact)
{
    const Setting s(exchange);
    Field state = s.state();
    s.flow->prepare(state, 0.0);
    const Field law = cell_masses(*s.problem.source.law, s.grid);
    const Field away = s.flow->layout().measure(state) - law;
    s.flow->parts().back()->advance(state, 1.3, Advance::accurate);
    const Field after = s.flow->layout().measure(state) - law;
    BOOST_TEST((after - std::exp(-0.7 * 1.3) * away).cwiseAbs().maxCoeff() < 1e-15);
}

/// What is above the mean of psi is killed at kappa times the excess; the births of the growth stay.
BOOST_AUTO_TEST_CASE(the_killed_come_back_from_the_law)
{
    const Setting s(killed);
    const Field state = s.state();
    s.flow->prepare(state, 0.0);
    Field rate = Field::Zero(state.size());
    s.flow->parts().back()->add_rate(state, rate);
    const Field mass = s.flow->layout().measure(state), psi = s.flow->evaluation().potential,
                law = cell_masses(*s.problem.source.law, s.grid);
    const double mean = mass.dot(psi);
    const Field loss = 2.0 * (psi.array() - mean).max(0.0) * mass.array();
    BOOST_TEST((s.flow->layout().measure(rate) - loss.sum() * (law - mass)).cwiseAbs().maxCoeff() < 1e-15);
    BOOST_TEST(!s.flow->dissipates());
    BOOST_TEST(s.flow->parts().size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused)
{
    const auto refused = [](const std::string& source) { return refusal([&] { Setting{source}; }); };
    BOOST_TEST(refused("problem.source = 'wave'").find("either a rate") != std::string::npos);
    BOOST_TEST(refused("problem.source = { law = 'wave', killed = true }").find("mean-preserving") !=
               std::string::npos);
    BOOST_TEST(refused("problem.source = { law = 'wave', rate = 0 }").find("rate") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
