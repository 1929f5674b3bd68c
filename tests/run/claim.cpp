// SPDX-License-Identifier: BSD-3-Clause
// Reading and judging of claims: every verb, kept and broken, and what is missing or not a number.
#include "widelimit/run/claim.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/scratch.hpp"
#include "support/refusal.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/case.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(claims)

namespace {

const double nan = std::nan("");

Claim claim(const std::string& body)
{
    const std::string text = "[[claim]]\nmetric = \"x\"\n" + body + "\n";
    return read_claims(Settings(parse_toml(text, "case.toml"), case_schema())).at(0);
}

std::string refused(const std::string& body)
{
    return refusal([&] { claim(body); });
}

Evidence one(double value)
{
    Evidence evidence;
    evidence.metrics["x"] = value;
    return evidence;
}

/// A series of the metric x at the times 0, 1, 2, ...
Evidence series(const std::vector<double>& values)
{
    Evidence evidence;
    evidence.series.names = {"time", "x"};
    evidence.series.columns.resize(static_cast<Index>(values.size()), 2);
    for (std::size_t k = 0; k < values.size(); ++k) {
        evidence.series.columns.row(static_cast<Index>(k)) << static_cast<double>(k), values[k];
    }
    return evidence;
}

bool holds(const std::string& body, const Evidence& evidence)
{
    return judge(claim(body), {evidence}, {}).holds;
}

bool holds_over(const std::string& body, const std::vector<double>& metric, const std::vector<double>& varied)
{
    std::vector<Evidence> levels;
    for (const double value : metric) {
        levels.push_back(one(value));
    }
    return judge(claim(body), levels, varied).holds;
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_holds_within_its_tolerance_only)
{
    BOOST_TEST(holds("is = 2.0\nwithin = 0.1", one(2.09)));
    BOOST_TEST(holds("is = 2.0\nwithin = 0.1", one(1.91)));
    BOOST_TEST(!holds("is = 2.0\nwithin = 0.1", one(2.11)));
    BOOST_TEST(!holds("is = 2.0\nwithin = 0.1", one(1.89)));
    BOOST_TEST(holds("is = -2.0\nrelative = 0.1", one(-2.19)));
    BOOST_TEST(!holds("is = -2.0\nrelative = 0.1", one(-2.21)));
    BOOST_TEST(holds("is = 2\nwithin = 0.0", one(2.0)));
    BOOST_TEST(!holds("is = 2\nwithin = 0.0", one(2.0 + 1e-15)));
}

BOOST_AUTO_TEST_CASE(bounds_are_strict)
{
    BOOST_TEST(holds("below = 1.0", one(0.9)));
    BOOST_TEST(!holds("below = 1.0", one(1.0)));
    BOOST_TEST(holds("above = 1.0", one(1.1)));
    BOOST_TEST(!holds("above = 1.0", one(1.0)));
}

BOOST_AUTO_TEST_CASE(another_metric_is_a_bound)
{
    Evidence evidence = one(1.0);
    evidence.metrics["y"] = 1.5;
    BOOST_TEST(holds("less_than = \"y\"", evidence));
    evidence.metrics["y"] = 1.0;
    BOOST_TEST(!holds("less_than = \"y\"", evidence));
    BOOST_TEST(!holds("less_than = \"z\"", evidence));
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_not_a_number_holds_for_no_verb)
{
    const Scratch folder;
    overwrite(folder / "t.csv", "time,x\n1,2\n");
    const std::string table =
        "table = \"" + (folder / "t.csv").string() + "\"\ncolumn = \"x\"\nrelative = 1e9";
    for (const std::string& body :
         {std::string("is = 0.0\nwithin = 1e9"), std::string("is = 1.0\nrelative = 1e9"),
          std::string("below = 1e9"), std::string("above = -1e9"), std::string("less_than = \"x\""),
          std::string("monotone = \"decreasing\""), std::string("order = -1e9"),
          std::string("slope = 0.0\nwithin = 1e9"), table}) {
        BOOST_TEST_CONTEXT(body)
        {
            BOOST_TEST(!holds(body, one(nan)));
            BOOST_TEST(!holds(body, Evidence{}));
            BOOST_TEST(!holds(body, series({nan, nan, nan})));
            BOOST_TEST(!holds_over(body, {nan, nan}, {1.0, 2.0}));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_time_looks_into_the_series)
{
    Evidence evidence = series({5.0, 4.0, 3.0});
    evidence.metrics["x"] = 2.5;
    BOOST_TEST(holds("is = 4.0\nwithin = 1e-9\nat = 1", evidence));
    BOOST_TEST(holds("is = 2.5\nwithin = 1e-9", evidence));
    BOOST_TEST(!holds("above = 0.0\nat = 1.5", evidence));
    // A metric that is reported at a time of its own comes first.
    evidence.metrics["x@1.5"] = 7.0;
    BOOST_TEST(holds("is = 7.0\nwithin = 1e-9\nat = 1.5", evidence));
}

BOOST_AUTO_TEST_CASE(monotone_has_a_slack_of_round_off)
{
    const std::string falls = "monotone = \"decreasing\"", rises = "monotone = \"increasing\"";
    BOOST_TEST(holds(falls, series({3.0, 2.0, 2.0, -1.0})));
    BOOST_TEST(!holds(falls, series({3.0, 2.0, 2.1})));
    BOOST_TEST(!holds(rises, series({1.0, 2.0, 1.9})));
    BOOST_TEST(holds(rises, series({1.0, 2.0, 2.0})));
    BOOST_TEST(holds(falls, series({3.0, 2.0, 2.0 + 2e-12})));
    BOOST_TEST(!holds(falls, series({3.0, 2.0, 2.0 + 4e-12})));
    BOOST_TEST(!holds(falls, series({3.0, nan, 1.0, 0.5})));
    BOOST_TEST(!holds(falls, series({3.0})));
}

/// Levels are coarse to fine: cells grow or steps shrink.
BOOST_AUTO_TEST_CASE(an_order_holds_between_every_pair_of_levels)
{
    const std::string near = "order = 2.0\nwithin = 0.15", least = "order = 1.9";
    BOOST_TEST(holds_over(near, {16.0, 4.0, 1.0}, {64, 128, 256}));
    BOOST_TEST(holds_over(near, {16.0, 4.0, 1.0}, {0.4, 0.2, 0.1}));
    BOOST_TEST(!holds_over(near, {16.0, 4.0, 2.0}, {64, 128, 256}));
    BOOST_TEST(!holds_over(near, {64.0, 4.0, 1.0}, {64, 128, 256}));
    BOOST_TEST(holds_over(least, {64.0, 4.0, 1.0}, {64, 128, 256}));
    BOOST_TEST(!holds_over(least, {64.0, 4.0, 2.0}, {64, 128, 256}));
    BOOST_TEST(!holds_over(near, {1.0, 4.0, 16.0}, {64, 128, 256}));
    BOOST_TEST(!holds_over(near, {16.0}, {64}));
    BOOST_TEST(!holds_over(near, {16.0, nan, 1.0}, {64, 128, 256}));
}

BOOST_AUTO_TEST_CASE(each_level_has_its_own_expected_value)
{
    const std::string three = "each = [1.0, 2.0, -3.0]\nrelative = 1e-3";
    BOOST_TEST(holds_over(three, {1.0009, 2.0, -3.002}, {1, 2, 3}));
    BOOST_TEST(!holds_over(three, {1.0, 2.0, 3.0}, {1, 2, 3}));
    BOOST_TEST(!holds_over(three, {1.0, 2.0}, {1, 2}));
    BOOST_TEST(!holds_over(three, {1.0, nan, -3.0}, {1, 2, 3}));
    BOOST_TEST(contains(refused("each = [1.0]"), "exactly one of `within` and `relative`"));
}

BOOST_AUTO_TEST_CASE(means_are_over_all_levels)
{
    BOOST_TEST(holds_over("is = 2.0\nwithin = 1e-15\nmean = true", {1.0, 2.0, 3.0}, {1, 2, 3}));
    BOOST_TEST(!holds_over("is = 3.0\nwithin = 0.5\nmean = true", {1.0, 2.0, 3.0}, {1, 2, 3}));
    BOOST_TEST(holds_over("below = 2.5\nmean = true", {1.0, 2.0, 3.0}, {1, 2, 3}));
    BOOST_TEST(!holds_over("above = 1.0\nmean = true", {1.0, nan, 3.0}, {1, 2, 3}));
    BOOST_TEST(claim("below = 2.5\nmean = true").text() == "mean of x < 2.5");
    BOOST_TEST(contains(refused("order = 2.5\nmean = true"), "is for is, below and above, not for order"));
    BOOST_TEST(contains(refused("below = 2.5\nmean = true\nevery = true"), "exclude each other"));
}

/// x = t^-2 until 4, exp(-3 t) from then on.
BOOST_AUTO_TEST_CASE(slopes_and_rates_are_fitted_to_the_series_in_time)
{
    Evidence evidence;
    evidence.series.names = {"time", "x"};
    evidence.series.columns.resize(8, 2);
    for (Index k = 0; k < 8; ++k) {
        const auto t = static_cast<double>(k + 1);
        evidence.series.columns.row(k) << t, t <= 4.0 ? 1.0 / (t * t) : std::exp(-3.0 * t);
    }
    const auto judged = [&](const std::string& verb) { return judge(claim(verb), {evidence}, {}); };
    BOOST_TEST(judged("slope = -2.0\nwithin = 1e-12\nduring = [1, 4]").holds);
    BOOST_TEST(!judged("slope = -2.0\nwithin = 1e-3\nduring = [1, 5]").holds);
    BOOST_TEST(judged("rate = 3.0\nrelative = 1e-12\nduring = [5, 8]").holds);
    BOOST_TEST(!judged("rate = 3.1\nrelative = 1e-2\nduring = [5, 8]").holds);
    BOOST_TEST(!judged("rate = 3.0\nwithin = 1\nduring = [7, 8]").holds);  // of two rows
    BOOST_TEST(judged("rate = 3.0\nwithin = 0.1\nduring = [5, 8]").claim ==
               "rate of x for t in [5, 8] = 3 ± 0.1");
    Evidence approach = series({7.0, 3.0 + 1.0, 3.0 + 0.25, 3.0 + 1.0 / 9.0, 3.0 + 0.0625});
    BOOST_TEST(
        judge(claim("slope = -2.0\nwithin = 1e-12\nlimit = 3\nduring = [1, 4]"), {approach}, {}).holds);
    BOOST_TEST(!judge(claim("slope = -2.0\nwithin = 1e-1\nduring = [1, 4]"), {approach}, {}).holds);
    BOOST_TEST(judge(claim("slope = -2.0\nwithin = 1\nlimit = 3\nduring = [1, 4]"), {approach}, {}).claim ==
               "slope of |x - 3| for t in [1, 4] = -2 ± 1");
    Evidence from_below = approach;
    from_below.series.columns.col(1) = 6.0 - from_below.series.columns.col(1).array();
    BOOST_TEST(
        judge(claim("slope = -2.0\nwithin = 1e-12\nlimit = 3\nduring = [1, 4]"), {from_below}, {}).holds);
    BOOST_TEST(contains(refused("below = 1.0\nlimit = 2"), "is for a slope or a rate, not for below"));
    Evidence network;  // looked at at single times, without a series
    for (const double t : {1.0, 2.0, 3.0}) {
        network.metrics["x@" + std::to_string(static_cast<int>(t))] = 5.0 + std::exp(-0.5 * t);
    }
    BOOST_TEST(judge(claim("rate = 0.5\nwithin = 1e-12\nlimit = 5\nduring = [1, 3]"), {network}, {}).holds);
    BOOST_TEST(contains(refused("rate = 1.0\nwithin = 1"), "during = [from, to]"));
    BOOST_TEST(contains(refused("rate = 1.0\nduring = [1, 2]"), "exactly one of `within` and `relative`"));
    BOOST_TEST(contains(refused("below = 1.0\nduring = [1, 2]"), "is for a slope or a rate, not for below"));
    BOOST_TEST(contains(refused("slope = 1.0\nwithin = 1\nduring = [2, 1]"), "the first below the second"));
}

BOOST_AUTO_TEST_CASE(a_slope_fits_the_levels_or_the_widths)
{
    const std::string half = "slope = -0.5\nwithin = 0.05";
    BOOST_TEST(holds_over(half, {1.0, 0.5, 0.25}, {100, 400, 1600}));
    BOOST_TEST(!holds_over(half, {1.0, 0.25, 0.0625}, {100, 400, 1600}));

    Evidence evidence;
    evidence.metrics = {{"x.10", 9.0},          {"x.100", 1.0},   {"x.400", 0.5},    {"x.slope_low", -0.6},
                        {"x.slope_high", -0.4}, {"x.100@1", 1.0}, {"x.400@1", 0.25}, {"xy.100", 1e9}};
    BOOST_TEST(holds(half + "\nfrom = 100", evidence));
    BOOST_TEST(!holds(half, evidence));
    BOOST_TEST(holds("slope = -1.0\nwithin = 0.05\nat = 1", evidence));
    BOOST_TEST(!holds(half + "\nat = 2", evidence));
    BOOST_TEST(!holds(half + "\nfrom = 400", evidence));
    const Verdict verdict = judge(claim(half + "\nfrom = 100"), {evidence}, {});
    BOOST_TEST(verdict.value == "-0.5 [-0.6, -0.4]");
}

BOOST_AUTO_TEST_CASE(a_table_is_followed_at_every_row)
{
    const Scratch folder;
    overwrite(folder / "t.csv", "time,x\n0,5\n2,3.0\n");
    const std::string body =
        "table = \"" + (folder / "t.csv").string() + "\"\ncolumn = \"x\"\nrelative = 0.01";
    BOOST_TEST(holds(body, series({5.0, 99.0, 3.02})));
    BOOST_TEST(!holds(body, series({5.0, 4.0, 3.04})));
    BOOST_TEST(!holds(body, series({5.2, 4.0, 3.0})));
    BOOST_TEST(!holds(body, series({5.0, 4.0})));
    BOOST_TEST(!holds(body, series({nan, 4.0, 3.0})));
}

BOOST_AUTO_TEST_CASE(the_last_level_counts_or_every_one)
{
    BOOST_TEST(holds_over("below = 1.0", {2.0, 0.5}, {1, 2}));
    BOOST_TEST(!holds_over("below = 1.0", {0.5, 2.0}, {1, 2}));
    BOOST_TEST(!holds_over("below = 1.0\nevery = true", {2.0, 0.5}, {1, 2}));
    BOOST_TEST(holds_over("below = 3.0\nevery = true", {2.0, 0.5}, {1, 2}));
}

BOOST_AUTO_TEST_CASE(a_claim_without_sense_is_refused_with_its_place)
{
    BOOST_TEST(contains(refused("is = 1.0\nbelow = 2.0\nwithin = 1"), "one verb"));
    BOOST_TEST(contains(refused("source = \"a book\""), "a claim needs one of is, below"));
    BOOST_TEST(contains(refused("is = 1.0"), "exactly one of `within` and `relative`"));
    BOOST_TEST(contains(refused("is = 1.0\nwithin = 1\nrelative = 1"), "exactly one of"));
    BOOST_TEST(contains(refused("slope = 1.0"), "a tolerance is missing"));
    BOOST_TEST(contains(refused("monotone = \"sideways\""), "increasing"));
    BOOST_TEST(contains(refused("table = \"nowhere.csv\"\ncolumn = \"x\"\nrelative = 1"), "nowhere.csv"));
    BOOST_TEST(contains(refused("is = 1.0"), "case.toml:3:"));
    BOOST_TEST(refused("order = 2.0") == "accepted");
}

BOOST_AUTO_TEST_CASE(a_table_needs_its_tolerance_and_its_column)
{
    const Scratch folder;
    overwrite(folder / "t.csv", "time,x\n0,5\n");
    const std::string table = "table = \"" + (folder / "t.csv").string() + "\"\n";
    BOOST_TEST(contains(refused(table + "column = \"x\""), "a tolerance is missing"));
    BOOST_TEST(contains(refused(table + "column = \"z\"\nrelative = 1"), "z"));
    BOOST_TEST(contains(refused(table + "relative = 1"), "column"));
}

BOOST_AUTO_TEST_CASE(claims_say_what_they_claim)
{
    BOOST_TEST(claim("is = 2.0\nwithin = 0.1\nat = 3").text() == "x at t = 3 = 2 ± 0.1");
    BOOST_TEST(claim("is = 2.0\nrelative = 0.01").text() == "x = 2 to 1 %");
    BOOST_TEST(claim("order = 2.0").text() == "order of x >= 2");
    BOOST_TEST(claim("less_than = \"y\"").text() == "x < y");
    BOOST_TEST(claim("monotone = \"decreasing\"").text() == "x never rises");
    BOOST_TEST(claim("below = 1\nsource = \"a book\"\nwhy = \"round-off\"").source == "a book");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
