// SPDX-License-Identifier: BSD-3-Clause
// Networks trained online beside a grid: what is written, the same bits in pieces, what is refused.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(online)

namespace {

const std::string committee = R"([problem]
name = "quadratic-activation"
target = 0.7
rest = 2
[problem.initial.of]
w = { law = "gaussian", deviation = 0.5 }
q = { law = "chi", degrees = 2, scale = 0.5 }
[grid.axes]
w = { from = -3, to = 3, cells = 40 }
q = { to = 3, cells = 20 }
[particles]
online = true
widths = [50, 200]
seeds = 2
step = 1e-3
batch = 3
test = 2000
per_decade = 3
)";

std::string until(const std::string& end)
{
    return committee + "[time]\nend = " + end + "\n";
}

std::string refused(const std::string& more)
{
    return refusal([&] { test::make_case(until("0.1"), {more}); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(runs_in_pieces_have_the_same_bits)
{
    const Scratch folder;
    test::run(test::make_case(until("0.4")), folder / "whole");
    test::run(test::make_case(until("0.15")), folder / "parts");
    const Outcome outcome = test::run(test::make_case(until("0.4")), folder / "parts", true);
    BOOST_TEST(outcome.summary.status == "done");
    test::check_same_variables(folder / "whole/particles.nc", folder / "parts/particles.nc");
    const auto& metrics = outcome.summary.metrics;
    BOOST_TEST(metrics.count("energy.random.200") == 1u);
    BOOST_TEST(metrics.count("mean_distance.w.random.200") == 1u);
    // Of the second moments, which are of order one; two networks of 200 units know them to some hundredths.
    BOOST_TEST(metrics.at("prediction_distance.random.200") < 0.05);
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_is_refused)
{
    const auto says = [](const std::string& more, const std::string& part) {
        return refused(more).find(part) != std::string::npos;
    };
    BOOST_TEST(refused("time.end=0.2") == "accepted");
    BOOST_TEST(says("problem.growth=\"mean-preserving\"", "own flow"));
    BOOST_TEST(says("problem.temperature=0.1", "own flow"));
    BOOST_TEST(says("particles.paths=true", "reduced neurons"));
    BOOST_TEST(says("particles.batch=0", "batch"));
    const std::string heat =
        "[problem]\nname = \"heat\"\n[grid.axes]\nx = { cells = 10 }\n[particles]\nonline = "
        "true\n[time]\nend = 1\n";
    BOOST_TEST(refusal([&] { test::make_case(heat); }).find("many dimensions") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
