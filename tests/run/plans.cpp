// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/fft.hpp"

#include <boost/test/unit_test.hpp>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"

namespace widelimit {

using test::check_same_results;
using test::run;

BOOST_AUTO_TEST_SUITE(plans)

/// A kernel's transforms with measured plans, in single precision.
BOOST_AUTO_TEST_CASE(measured_plans_are_kept_beside_the_run)
{
    const std::string text = R"(
problem = { name = "discrepancy", kernel = { name = "sobolev" }, initial = { law = "wave", mode = [1, 1] } }
grid.axes = { x = { from = 0, to = 1, cells = 24, sides = "periodic" }, y = { from = 0, to = 1, cells = 20, sides = "periodic" } }
scheme = { plans = "measured", precision = "single" }
time = { end = 0.2, largest_step = 0.01 }
)";
    const std::string without = R"(
problem.name = "scalar-langevin"
grid.axes.theta = { cells = 16, from = -5.0, to = 5.0 }
time.end = 1.0
)";
    const Scratch folder;
    run(test::make_case(text), folder / "whole");
    run(test::make_case(text, {"time.end=0.1"}), folder / "out");
    BOOST_TEST(contents(folder / "out" / "plans.txt").find("wisdom") != std::string::npos);
    run(test::make_case(text), folder / "out", true);
    check_same_results(folder / "out", folder / "whole");
    run(test::make_case(text, {"time.end=0.1"}), folder / "other");
    overwrite(folder / "other" / "plans.txt", "(nothing)");
    const auto says = [](const std::string& message, const std::string& what) {
        return message.find(what) != std::string::npos;
    };
    BOOST_TEST(says(refusal([&] { run(test::make_case(text), folder / "other", true); }), "plans.txt"));
    BOOST_TEST(
        says(refusal([&] { test::make_case(without, {"scheme.plans=\"measured\""}); }), "scheme.plans"));
    use_plans(Planning::guessed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
