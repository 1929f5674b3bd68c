// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/width_answer.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(width_answer)

namespace {

const std::string langevin = R"(
[problem]
name = "scalar-langevin"
target = 1.0
decay = 0.5
temperature = 0.125
initial = { law = "gaussian", mean = -0.5, deviation = 0.7 }
[grid.axes]
theta = { from = -4.0, to = 4.0, cells = 64 }
[time]
end = 0.5
)";

Case case_of(const std::string& toml)
{
    return Case(parse_toml(toml, "case.toml"), "case");
}

}  // namespace

/// The mean of the particles is an Ornstein-Uhlenbeck process: m Var f = 0.17407 at 0.5, and no bias.
BOOST_AUTO_TEST_CASE(known_variance)
{
    const Case c = case_of(langevin);
    WidthQuestion question;
    question.error = 0.02;
    question.networks = 40;
    const WidthAnswer answer = width_for(c, question, false);
    BOOST_TEST(answer.variance == 0.174073, boost::test_tools::tolerance(2e-2));
    BOOST_TEST(answer.bias < 1e-3);
    BOOST_TEST(std::abs(static_cast<double>(answer.width) - 435.2) < 10.0);
    BOOST_TEST(expected_error(answer, answer.width) <= question.error);
    BOOST_TEST(expected_error(answer, answer.width - 1) > question.error);
    BOOST_TEST(answer.networks == 40);
    BOOST_TEST((answer.interval.low < answer.expected && answer.expected < answer.interval.high));
    BOOST_TEST(answer.resolution < 0.02);
}

BOOST_AUTO_TEST_CASE(wide_answers_are_tried_narrower)
{
    const Case c = case_of(langevin);
    WidthQuestion question;
    question.error = 1e-3;
    question.largest = 50;
    question.networks = 10;
    const WidthAnswer answer = width_for(c, question, false);
    BOOST_TEST(answer.width > 100000);
    BOOST_TEST(answer.tried == 50);
    BOOST_TEST(answer.expected == std::sqrt(answer.variance / 50.0), boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(bootstrap_of_a_mean)
{
    // Of 100 numbers 0, 1, ..., 99 the mean has the standard deviation 28.866 / 10.
    const Interval found = bootstrap(
        100,
        [](const std::vector<Index>& some) {
            double sum = 0.0;
            for (const Index k : some) {
                sum += static_cast<double>(k);
            }
            return sum / 100.0;
        },
        7, 4000);
    BOOST_TEST(found.low == 49.5 - 1.96 * 2.8866, boost::test_tools::tolerance(0.01));
    BOOST_TEST(found.high == 49.5 + 1.96 * 2.8866, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(refusals)
{
    const std::string head = R"(
data = { rows = [[0.3, 1.0], [-0.8, -0.5]] }
network = { activation = "relu", bias = true, train = ["input", "output"], start = "balanced" }
time = { end = 0.1 }
)";
    const auto refused = [&](const std::string& rest) { return refusal([&] { case_of(head + rest); }); };
    BOOST_TEST(refused("particles = { widths = [10] }\nfluctuations = {}\n").find("give a [grid]") !=
               std::string::npos);
    BOOST_TEST(refused("grid = { axes = { angle = { cells = 8 } } }\nfluctuations = { at = [0.2] }\n")
                   .find("beyond time.end") != std::string::npos);
    BOOST_TEST(refused("grid = { axes = { angle = { cells = 8 } } }\nfluctuations = {}\n") == "accepted");
    BOOST_TEST(refused("grid = { axes = { angle = { cells = 8 } } }\nfluctuations = { at = [] }\n")
                   .find("at least one time") != std::string::npos);
    BOOST_TEST(refused("particles = { widths = [10], at = [] }\n").find("at least one time") !=
               std::string::npos);
    const Case twice = case_of(head +
                               "grid = { axes = { angle = { cells = 8 } } }\n"
                               "fluctuations = { at = [0.1, 0.05, 0.1] }\n");
    BOOST_TEST((twice.fluctuations->at == std::vector<double>{0.05, 0.1}));
    // Batches make an error that no width takes away.
    const Case batches = case_of(head +
                                 "grid = { axes = { angle = { cells = 16 } } }\n"
                                 "particles = { widths = [10], batch = 1, step = 0.05 }\n");
    WidthQuestion question;
    question.networks = 0;
    question.error = 0.3;
    const WidthAnswer answer = width_for(batches, question, false);
    BOOST_TEST(answer.batches > 0.0);
    BOOST_TEST(expected_error(answer, answer.width) <= 0.3);
    BOOST_TEST((answer.width == 1 || expected_error(answer, answer.width - 1) > 0.3));
    question.error = 0.9 * std::sqrt(answer.batches);
    BOOST_TEST(refusal([&] { width_for(batches, question, false); }).find("no width is enough") !=
               std::string::npos);
    const Case particles = case_of(head + "particles = { widths = [10] }\n");
    BOOST_TEST(refusal([&] { width_for(particles, {}, false); }).find("solution on a grid") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
