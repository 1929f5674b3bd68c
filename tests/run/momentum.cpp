// SPDX-License-Identifier: BSD-3-Clause
// Networks trained with momentum beside a grid: the same bits in pieces, their gap to the flow, what is
// refused.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(momentum)

namespace {

const std::string neurons = R"([data]
rows = [[-1.0, 0.6], [0.2, -0.4], [0.9, 0.5], [1.4, -0.2]]
[network]
activation = "relu"
bias = true
train = ["input", "output"]
start = "balanced"
[problem]
risk = "square"
decay = 0.02
[grid.axes]
angle = { cells = 64 }
[particles]
widths = [30, 60]
seeds = 2
step = 0.01
momentum = 0.8
step_gap = true
per_decade = 3
resolution = false
)";

std::string until(const std::string& end)
{
    return neurons + "[time]\nend = " + end + "\n";
}

double gap(const Scratch& folder, const std::string& momentum, const std::string& step)
{
    const Case c = test::make_case(until("0.5"), {"particles.momentum=" + momentum, "particles.step=" + step,
                                                  "particles.fixed=true", "particles.stepper=\"euler\""});
    return test::run(c, folder / (momentum + "-" + step)).summary.metrics.at("step_gap.random.60");
}

}  // namespace

BOOST_AUTO_TEST_CASE(runs_in_pieces_have_the_same_bits)
{
    const Scratch folder;
    test::run(test::make_case(until("0.8")), folder / "whole");
    test::run(test::make_case(until("0.3")), folder / "parts");
    const Outcome outcome = test::run(test::make_case(until("0.8")), folder / "parts", true);
    BOOST_TEST(outcome.summary.status == "done");
    test::check_same_variables(folder / "whole/particles.nc", folder / "parts/particles.nc");
    const auto& metrics = outcome.summary.metrics;
    BOOST_TEST(metrics.at("largest_prediction_distance.random.60") >=
               metrics.at("prediction_distance.random.60"));
}

/// Gaps are of first order in the step, and momentum makes them larger.
BOOST_AUTO_TEST_CASE(the_gap_to_the_flow_goes_with_the_step)
{
    const Scratch folder;
    const double coarse = gap(folder, "0.8", "0.01"), fine = gap(folder, "0.8", "0.005");
    const double without = gap(folder, "0.0", "0.01");
    BOOST_TEST(fine > 0.0);
    BOOST_TEST(std::abs(coarse / fine - 2.0) < 0.2);
    BOOST_TEST(coarse > 3.0 * without);
    BOOST_TEST(without > 0.0);
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_is_refused)
{
    const auto says = [](const std::string& more, const std::string& part) {
        const std::string found = refusal([&] { test::make_case(until("0.1"), {more}); });
        BOOST_TEST(found.find(part) != std::string::npos, found);
    };
    says("particles.momentum=0.5", "accepted");
    says("particles.momentum=1.0", "momentum");
    says("particles.stepper=\"ssp-rk3\"", "steps of \"euler\"");
    const std::string langevin = R"([problem]
name = "scalar-langevin"
temperature = 0.1
[time]
end = 1
[particles]
step = 0.01
momentum = 0.5
[grid.axes]
)";
    const auto on = [&](const std::string& ends, const std::string& more) {
        return refusal([&] { test::make_case(langevin + "theta = { " + ends + " }", {more}); });
    };
    const std::string line = "from = -3, to = 3, cells = 20";
    BOOST_TEST(on(line, "particles.seeds=2") == "accepted");
    BOOST_TEST(on(line, "particles.step_gap=true").find("without noise") != std::string::npos);
    const std::string heat = R"([problem]
name = "heat"
[grid.axes]
x = { cells = 10 }
[particles]
step_gap = true
[time]
end = 1
)";
    const std::string half_line = R"([problem]
name = "quadratic-activation"
target = 0.7
rest = 2
temperature = 0.1
[problem.initial.of]
w = { law = "gaussian", deviation = 0.5 }
q = { law = "chi", degrees = 2, scale = 0.5 }
[grid.axes]
w = { from = -3, to = 3, cells = 20 }
q = { to = 3, cells = 10 }
[particles]
momentum = 0.5
[time]
end = 0.1
)";
    const std::string bounced = refusal([&] { test::make_case(half_line); });
    BOOST_TEST(bounced.find("bounce off") != std::string::npos, bounced);
    BOOST_TEST(refusal([&] { test::make_case(heat); }).find("step_gap") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
