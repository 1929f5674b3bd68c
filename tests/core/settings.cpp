// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/settings.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "support/refusal.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/schema.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(settings_view)

namespace {

Schema schema()
{
    Schema rows;
    rows.add_all({
        {"case.title", "text", "\"\"", "", "one line"},
        {"time.end", "number", "", "> 0", "end of the run"},
        {"time.settle", "number", "-", "> 0", "stop when the objective settles"},
        {"time.patience", "number", "inf", "> 0 or inf", "wall seconds"},
        {"grid", "table", "-", "", "cells of parameter space"},
        {"grid.cells", "integer", "-", "> 0", "number of cells", "2562"},
        {"grid.axes.*.cells", "integer", "", "> 0", "cells of this axis"},
        {"grid.axes.*.sides", "text|texts", "\"periodic\"", "in periodic, no-flux", "what the sides do"},
        {"network.activation", "named:name", "\"relu\"", "", "activation"},
        {"network.activation.knots", "matrix", "-", "", "corners"},
        {"network.bias", "flag", "true", "", "whether there is a bias"},
        {"problem.initial", "named:law|tables", "-", "", "initial law"},
        {"problem.initial.mode", "numbers", "[1, 0]", "", "wave numbers"},
        {"problem.initial.amplitude", "number", "0.5", "[0, 1]", "of the wave"},
        {"problem.temperature", "number|table", "0.0", ">= 0", "noise"},
        {"problem.temperature.after", "number", "", "", "time"},
        {"figure.marks", "any", "-", "", "free"},
        {"claim", "tables", "-", "", "what must hold"},
        {"claim.metric", "text", "", "", "name of a metric"},
        {"claim.at", "number", "-", "", "time"},
        {"study", "table", "", "", "levels"},
    });
    return rows;
}

/// Line n holds the n-th key of the tree: keys in column 1, values in column 9.
void number_lines(Value& value, int& line)
{
    value.place = {"case.toml", line, 9};
    if (value.is(Value::Kind::table)) {
        for (Value::Entry& entry : value.entries()) {
            entry.place = {"case.toml", ++line, 1};
            number_lines(entry.value, line);
        }
    } else if (value.is(Value::Kind::list)) {
        for (Value& item : value.list()) {
            number_lines(item, line);
        }
    }
}

Settings settings(const std::string& literal)
{
    Value root = parse_literal(literal);
    int line = 0;
    number_lines(root, line);
    return Settings(root, schema());
}

}  // namespace

BOOST_AUTO_TEST_CASE(reads_every_type)
{
    const Settings root = settings(
        "{ case = { title = 'wave' }, time = { end = 3, patience = 2.5 }, network = { bias = false, "
        "activation = "
        "{ name = 'ramp', knots = [[0.5, -2.5], [1.5, 7]] } }, grid = { cells = 7, axes = { x = { cells = 4, "
        "sides "
        "= ['periodic', 'no-flux'] } } }, problem = { initial = { law = 'wave', mode = [3, 1.5] } } }");
    BOOST_TEST(root.text("case.title") == "wave");
    BOOST_TEST(root.number("time.end") == 3.0);
    BOOST_TEST(root.number("time.patience") == 2.5);
    BOOST_TEST(!root.flag("network.bias"));
    BOOST_TEST(root.integer("grid.cells") == 7);
    BOOST_TEST(root.numbers("problem.initial.mode") == (std::vector<double>{3.0, 1.5}));
    const Settings x = root.table("grid").table("axes").table("x");
    BOOST_TEST(x.integer("cells") == 4);
    BOOST_TEST(x.texts("sides") == (std::vector<std::string>{"periodic", "no-flux"}));
    BOOST_TEST(x.path() == "grid.axes.x");
    BOOST_TEST(x.path("cells") == "grid.axes.x.cells");
    const Matrix knots = root.matrix("network.activation.knots");
    BOOST_REQUIRE((knots.rows() == 2 && knots.cols() == 2));
    BOOST_TEST((knots(0, 1) == -2.5 && knots(1, 0) == 1.5 && knots(1, 1) == 7.0));
    BOOST_TEST(root.keys() == (std::vector<std::string>{"case", "time", "network", "grid", "problem"}));
}

BOOST_AUTO_TEST_CASE(a_text_stands_for_a_named_table)
{
    const Settings root = settings("{ network = { activation = 'tanh' }, problem = { initial = 'wave' } }");
    BOOST_TEST(root.text("network.activation.name") == "tanh");
    BOOST_TEST(root.text("problem.initial.law") == "wave");
    BOOST_TEST(settings("{}").text("network.activation.name") == "relu");
}

BOOST_AUTO_TEST_CASE(a_single_text_is_a_list_of_one)
{
    const Settings root = settings("{ grid = { axes = { x = { cells = 3, sides = 'no-flux' } } } }");
    BOOST_TEST(root.texts("grid.axes.x.sides") == (std::vector<std::string>{"no-flux"}));
}

BOOST_AUTO_TEST_CASE(defaults_do_not_count_as_given)
{
    const Settings root = settings("{ time = { end = 1.0 } }");
    BOOST_TEST(root.has("time.end"));
    BOOST_TEST(!root.has("time.patience"));
    BOOST_TEST(root.number("time.patience") == std::numeric_limits<double>::infinity());
    BOOST_TEST(!root.has("time.patience"));
    BOOST_TEST(!root.has("time.end.deeper"));
    const Settings initial = root.table("problem").table("initial");
    BOOST_TEST(initial.number("amplitude") == 0.5);
    BOOST_TEST(initial.numbers("mode") == (std::vector<double>{1.0, 0.0}));
    BOOST_TEST(!initial.has("amplitude"));
    BOOST_TEST(initial.keys().empty());
    BOOST_TEST(!root.table("network").table("activation").has("name"));
}

BOOST_AUTO_TEST_CASE(lists_of_tables)
{
    const Settings root = settings("{ claim = [{ metric = 'a' }, { metric = 'b', at = 2 }] }");
    const auto claims = root.tables("claim");
    BOOST_REQUIRE(claims.size() == 2u);
    BOOST_TEST(claims[1].text("metric") == "b");
    BOOST_TEST(claims[1].number("at") == 2.0);
    BOOST_TEST(claims[1].path("at") == "claim.1.at");
    BOOST_TEST(!claims[0].has("at"));
    BOOST_TEST(settings("{}").tables("claim").empty());
}

BOOST_AUTO_TEST_CASE(missing_keys_name_file_meaning_and_example)
{
    const Settings root = settings("{ grid = { axes = { r = {} } }, claim = [{ at = 1.0 }] }");
    BOOST_TEST(refusal([&] { root.number("time.end"); }) ==
               "case.toml: missing key 'time.end': end of the run; for example end = 1.0 in [time]");
    BOOST_TEST(
        refusal([&] { root.integer("grid.cells"); }) ==
        "case.toml:1:9: missing key 'grid.cells': number of cells; for example cells = 2562 in [grid]");
    BOOST_TEST(refusal([&] { root.integer("grid.axes.r.cells"); }) ==
               "case.toml:3:9: missing key 'grid.axes.r.cells': cells of this axis; for example cells = 1 in "
               "[grid.axes.r]");
    BOOST_TEST(
        refusal([&] { root.tables("claim")[0].text("metric"); }) ==
        "case.toml:4:9: missing key 'claim.0.metric': name of a metric; for example metric = \"...\" in "
        "[[claim]]");
    BOOST_TEST(refusal([&] { root.table("study"); }) ==
               "case.toml: missing key 'study': levels; for example study = { ... }");
}

BOOST_AUTO_TEST_CASE(a_kind_that_fits_the_schema_but_not_the_reader)
{
    const Settings root =
        settings("{ problem = { temperature = { after = 1 }, initial = [{ law = 'a' }] } }");
    BOOST_TEST(refusal([&] { root.number("problem.temperature"); }) ==
               "case.toml:2:9: key 'problem.temperature': expected a number here, found a table");
    BOOST_TEST(refusal([&] { root.text("problem.initial.law"); }) ==
               "case.toml:4:9: key 'problem.initial': expected a table with the key 'law', found a list");
    BOOST_TEST(refusal([&] { root.table("problem.initial"); }) ==
               "case.toml:4:9: key 'problem.initial': expected a table here, found a list");
    BOOST_TEST(refusal([&] { root.numbers("problem.initial"); }) ==
               "case.toml:4:9: key 'problem.initial': expected a list of numbers here");
    BOOST_TEST(refusal([&] { root.texts("problem.initial"); }) ==
               "case.toml:4:9: key 'problem.initial': expected a list of strings here");
    BOOST_TEST(refusal([&] { root.matrix("problem.initial"); }) ==
               "case.toml:4:9: key 'problem.initial': expected a list of equally long lists of numbers here");
    const Settings free = settings("{ figure = { marks = [1, 2] } }");
    BOOST_TEST(refusal([&] { free.tables("figure.marks"); }) ==
               "case.toml:2:9: key 'figure.marks': expected a list of tables here");
}

BOOST_AUTO_TEST_CASE(failures_name_place_and_key)
{
    const Settings root = settings("{ grid = { cells = 7 } }");
    BOOST_TEST(refusal([&] { root.table("grid").fail("cells", "not a power of two"); }) ==
               "case.toml:2:9: key 'grid.cells': not a power of two");
    BOOST_TEST(refusal([&] { root.fail("time.end", "too late"); }) == "case.toml: key 'time.end': too late");
    BOOST_TEST(refusal([&] { root.table("grid").fail("", "no cells"); }) ==
               "case.toml:1:9: key 'grid': no cells");
    BOOST_TEST(refusal([&] { root.fail("", "neither grid nor particles"); }) ==
               "case.toml: neither grid nor particles");
    BOOST_TEST(root.place("grid.cells").text() == "case.toml:2:9");
    BOOST_TEST(refusal([] { Settings(parse_literal("{}"), schema()).fail("", "nothing"); }) == "nothing");
}

BOOST_AUTO_TEST_CASE(a_key_without_row_is_a_bug)
{
    const Settings root = settings("{ figure = { marks = { a = [1] } } }");
    BOOST_CHECK_THROW(root.number("time.endd"), std::logic_error);
    BOOST_CHECK_THROW(root.table("tme").number("end"), std::logic_error);
    BOOST_TEST(root.numbers("figure.marks.a") == (std::vector<double>{1.0}));
    BOOST_TEST(refusal([&] { root.number("figure.marks.b"); }) ==
               "case.toml:2:9: missing key 'figure.marks.b'");
}

BOOST_AUTO_TEST_CASE(unused_keys_are_refused)
{
    const std::string text =
        "{ problem = { initial = { law = 'uniform', mode = [1] } }, claim = [{ metric = 'a', at = 1 }] }";
    const Settings root = settings(text);
    BOOST_TEST(refusal([&] { refuse_unused(root); }) == "case.toml:1:1: key 'problem' has no effect here");
    root.text("problem.initial.law");
    BOOST_TEST(refusal([&] { refuse_unused(root); }) ==
               "case.toml:4:1: key 'problem.initial.mode' has no effect here; keys read here are law");
    root.numbers("problem.initial.mode");
    BOOST_TEST(refusal([&] { refuse_unused(root); }) ==
               "case.toml:5:1: key 'claim' has no effect here; keys read here are problem");
    root.tables("claim")[0].text("metric");
    BOOST_TEST(refusal([&] { refuse_unused(root); }) ==
               "case.toml:7:1: key 'claim.0.at' has no effect here; keys read here are metric");
    root.tables("claim")[0].number("at");
    BOOST_TEST(refusal([&] { refuse_unused(root); }) == "accepted");
}

BOOST_AUTO_TEST_CASE(asking_and_listing_is_not_reading)
{
    const Settings root = settings("{ time = { end = 1.0 } }");
    BOOST_TEST(root.has("time.end"));
    root.table("time").keys();
    BOOST_TEST(refusal([&] { refuse_unused(root); }) == "case.toml:2:1: key 'time.end' has no effect here");
}

BOOST_AUTO_TEST_CASE(a_raw_value_counts_as_read_below)
{
    const Settings root = settings("{ figure = { marks = { a = { b = 1 }, c = [{ d = 2 }] } } }");
    BOOST_TEST(root.value("figure.marks").find("a")->find("b")->integer() == 1);
    BOOST_TEST(refusal([&] { refuse_unused(root); }) == "accepted");
}

BOOST_AUTO_TEST_CASE(resolved_case_shows_defaults_used_and_what_was_derived)
{
    const Settings root = settings("{ time = { end = 1.0 }, claim = [{ metric = 'a' }] }");
    root.number("time.patience");
    root.text("network.activation.name");
    root.record("network.bias", false);
    root.tables("claim")[0].record("at", 1.0);
    BOOST_TEST(root.flag("network.bias"));
    root.record("network.bias", false);
    const Value expected = parse_literal(
        "{ time = { end = 1.0, patience = inf }, claim = [{ metric = 'a', at = 1.0 }], network = { "
        "activation = { "
        "name = 'relu' }, bias = false } }");
    BOOST_TEST(print_literal(root.resolved()) == print_literal(expected));
    BOOST_TEST((root.resolved() == expected));
}

BOOST_AUTO_TEST_CASE(views_of_a_case_share_what_was_read)
{
    const Settings root = settings("{ time = { end = 1.0 } }");
    const Settings copy = root;
    copy.table("time").number("end");
    BOOST_TEST(refusal([&] { refuse_unused(root); }) == "accepted");
}

BOOST_AUTO_TEST_CASE(keys_with_dots_are_quoted)
{
    const Settings root = settings("{ grid = { axes = { \"Petal.Length\" = { cells = 3 } } } }");
    const Settings axes = root.table("grid.axes");
    BOOST_REQUIRE(axes.keys().size() == 1u);
    BOOST_TEST(axes.keys()[0] == "\"Petal.Length\"");
    BOOST_TEST(axes.table(axes.keys()[0]).integer("cells") == 3);
    BOOST_TEST(axes.texts("\"Petal.Length\".sides").size() == 1u);
    BOOST_TEST(refusal([&] { refuse_unused(root); }) == "accepted");
    BOOST_TEST(root.resolved().find("grid")->find("axes")->find("Petal.Length")->find("sides")->text() ==
               "periodic");
}

BOOST_AUTO_TEST_SUITE_END()
