// SPDX-License-Identifier: BSD-3-Clause
// Integrals of exponentials by their logarithms.
#include "widelimit/run/classical_clock.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/whole_run.hpp"
#include "widelimit/io/series.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(classical_clock)

namespace {

using test::check_same_results;
using test::run;

/// Two opposite points in the soft clock; networks that keep their paths.
const std::string opposite = R"(
[data]
rows = [[1.0, 0.0, 1.0], [-1.0, 0.0, -1.0]]
[network]
bias = false
[problem]
risk = "exponential"
[grid.axes]
angle = { cells = 64 }
[time]
end = 2.0
clock = "soft"
[particles]
widths = [3]
seeds = 2
paths = true
per_decade = 3
resolution = false
[output]
series = { every = 0.25, of = ["log_classical_time", "log_risk", "mass_rate"] }
)";

}  // namespace

BOOST_AUTO_TEST_CASE(the_integral_of_an_exponential_is_exact)
{
    for (const auto& [first, last] : {std::pair{0.0, 1.0}, {1.0, 0.0}, {2.0, 2.0}, {0.3, 0.3 + 1e-9}}) {
        const double rate = (last - first) / 0.7;
        const double truth =
            rate == 0.0 ? 0.7 * std::exp(first) : std::exp(first) * std::expm1(0.7 * rate) / rate;
        BOOST_TEST(std::abs(log_integral(0.7, first, last) - std::log(truth)) < 1e-12);
    }
    BOOST_TEST(std::abs(log_integral(0.5, 1e6, 2e6) - (2e6 + std::log(0.5 / 1e6))) < 1e-8);
}

/// dt = dt_soft / L with L = exp(-f) along the only direction there is: the clock of the exponential risk
/// passes 5 where the soft one passes 2.28276283 (closed form, circle/exponential).
BOOST_AUTO_TEST_CASE(the_soft_clock_knows_the_time_of_the_other)
{
    const Scratch folder;
    const Case c = test::make_case(opposite, {"time.end=2.28276283", "grid.axes.angle.cells=256"});
    const Outcome outcome = run(c, folder / "out");
    BOOST_TEST(std::abs(outcome.summary.metrics.at("log_classical_time") - std::log(5.0)) < 2e-2);
    const Series series = read_series((folder / "out" / "series.csv").string());
    BOOST_TEST(series.names.at(8) == "log_classical_time");
    BOOST_TEST(std::isinf(series.columns(0, 8)));
    for (Index row = 2; row < series.columns.rows(); ++row) {
        BOOST_TEST(series.columns(row, 8) > series.columns(row - 1, 8));
    }
}

BOOST_AUTO_TEST_CASE(it_goes_on_over_a_restart_as_if_nothing_had_happened)
{
    const Scratch folder;
    const auto until = [](const char* end) {
        return test::make_case(opposite, {std::string("time.end=") + end});
    };
    run(until("2.0"), folder / "whole");
    run(until("0.71"), folder / "parts");
    run(until("2.0"), folder / "parts", true);
    check_same_results(folder / "parts", folder / "whole");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
