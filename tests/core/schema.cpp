// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/schema.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"

using namespace widelimit;

namespace {

Schema schema()
{
    Schema rows;
    rows.add_all({
        {"grid", "table", "-", "", "Cells of parameter space."},
        {"grid.cells", "integer", "-", "> 0", "number of cells"},
        {"grid.axes.*.cells", "integer", "", "> 0", "cells of this axis"},
        {"grid.axes.*.from", "number", "-", "", "lower end"},
        {"grid.ratio", "number|integer", "1.0", "[1, 2)", "growth of cells"},
        {"scheme.flux", "text", "\"muscl\"", "in upwind, muscl", "flux over a face"},
        {"scheme.cfl", "number", "0.5", "(0, 1]", "share of the stable step"},
        {"time.end", "number", "", "> 0", "end of the run"},
        {"time.settle", "number|text", "-", "> 0 or inf or in never", "stop criterion"},
        {"network.bias", "flag", "true", "", "whether there is a bias"},
        {"network.train", "texts", "-", "in input, output", "what is trained"},
        {"network.activation", "named:name", "-", "", "activation"},
        {"network.activation.knots", "matrix", "-", "> -100", "corners"},
        {"network.widths", "number|numbers", "-", ">= 1", "widths"},
        {"problem.target", "named:law|tables", "-", "", "measure to reach"},
        {"problem.target.mass", "number", "1.0", ">= 0", "its mass"},
        {"output", "any", "-", "", "free | open"},
        {"claim", "tables", "-", "", "What must hold."},
        {"claim.metric", "text", "", "", "name of a metric"},
        {"claim.below", "number", "-", "inf", "upper bound"},
    });
    return rows;
}

void stamp(Value& value)
{
    value.place = {"c.toml", 2, 9};
    if (value.is(Value::Kind::table)) {
        for (Value::Entry& entry : value.entries()) {
            entry.place = {"c.toml", 2, 1};
            stamp(entry.value);
        }
    } else if (value.is(Value::Kind::list)) {
        for (Value& item : value.list()) {
            stamp(item);
            item.place.column = 11;
        }
    }
}

/// What checking a case of one line says, "" if it passes.
std::string verdict(const std::string& literal)
{
    Value root = parse_literal(literal);
    stamp(root);
    try {
        schema().check(root);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_check)

BOOST_AUTO_TEST_CASE(good_cases_pass)
{
    for (const char* good :
         {"{}", "{ grid = {} }",
          "{ grid = { cells = 3, axes = { angle = { cells = 4, from = -1 } }, ratio = 1 } }",
          "{ scheme = { flux = 'upwind', cfl = 1 } }",
          "{ network = { train = [], bias = false, widths = 3 } }",
          "{ network = { widths = [1, 2.5], activation = { name = 'ramp', knots = [[1, 2.5], [2, 3]] } } }",
          "{ problem = { target = [{ law = 'a' }, { mass = 2 }] } }", "{ time = { settle = inf } }",
          "{ time = { settle = 'never' } }", "{ output = { anything = [1, 'a', { b = 2 }] } }",
          "{ claim = [{ metric = 'a', below = inf }, { metric = 'b', below = -inf }] }"}) {
        BOOST_TEST(verdict(good) == "");
    }
}

BOOST_AUTO_TEST_CASE(unknown_keys_name_the_nearest)
{
    BOOST_TEST(verdict("{ grid = { cels = 3 } }") ==
               "c.toml:2:1: unknown key 'grid.cels'; did you mean 'cells'?");
    BOOST_TEST(verdict("{ gird = { cells = 3 } }") == "c.toml:2:1: unknown key 'gird'; did you mean 'grid'?");
    BOOST_TEST(verdict("{ grid = { axes = { r = { cell = 3 } } } }") ==
               "c.toml:2:1: unknown key 'grid.axes.r.cell'; did you mean 'cells'?");
    BOOST_TEST(verdict("{ claim = [{ metric = 'a' }, { metrik = 'a' }] }") ==
               "c.toml:2:1: unknown key 'claim.1.metrik'; did you mean 'metric'?");
    BOOST_TEST(verdict("{ network = { activation = { nme = 'a' } } }") ==
               "c.toml:2:1: unknown key 'network.activation.nme'; did you mean 'name'?");
}

BOOST_AUTO_TEST_CASE(unknown_keys_without_a_near_one_list_the_known)
{
    BOOST_TEST(verdict("{ scheme = { order = 2 } }") ==
               "c.toml:2:1: unknown key 'scheme.order'; known keys are flux, cfl");
    BOOST_TEST(verdict("{ mesh = {} }") ==
               "c.toml:2:1: unknown key 'mesh'; known sections are grid, scheme, time, "
               "network, problem, output, claim");
    BOOST_TEST(verdict("{ scheme = { settle = 2 } }") ==
               "c.toml:2:1: unknown key 'scheme.settle'; known keys are flux, cfl; there is 'time.settle'");
    BOOST_TEST(verdict("{ scheme = { flux = 'muscl', 'a.b' = 1 } }") ==
               "c.toml:2:1: unknown key 'scheme.\"a.b\"'; known keys are flux, cfl");
}

BOOST_AUTO_TEST_CASE(wrong_kinds_say_what_was_expected)
{
    BOOST_TEST(verdict("{ time = { end = 'soon' } }") ==
               "c.toml:2:9: key 'time.end': expected a number, found a string");
    BOOST_TEST(verdict("{ time = { end = true } }") ==
               "c.toml:2:9: key 'time.end': expected a number, found true");
    BOOST_TEST(verdict("{ grid = { cells = 2.5 } }") ==
               "c.toml:2:9: key 'grid.cells': expected an integer, found a number");
    BOOST_TEST(verdict("{ grid = { cells = 1e6 } }") ==
               "c.toml:2:9: key 'grid.cells': expected an integer, found a number; write 1000000");
    BOOST_TEST(verdict("{ grid = { cells = inf } }") ==
               "c.toml:2:9: key 'grid.cells': expected an integer, found a number");
    BOOST_TEST(verdict("{ network = { bias = 1 } }") ==
               "c.toml:2:9: key 'network.bias': expected true or false, found an integer");
    BOOST_TEST(verdict("{ scheme = { flux = [] } }") ==
               "c.toml:2:9: key 'scheme.flux': expected a string, found a list");
    BOOST_TEST(verdict("{ scheme = 3 }") == "c.toml:2:9: key 'scheme': expected a table, found an integer");
    BOOST_TEST(verdict("{ grid = { axes = { r = 3 } } }") ==
               "c.toml:2:9: key 'grid.axes.r': expected a table, found an integer");
    BOOST_TEST(verdict("{ claim = { metric = 'a' } }") ==
               "c.toml:2:9: key 'claim': expected a list of tables, found a table");
    BOOST_TEST(verdict("{ network = { activation = 3 } }") ==
               "c.toml:2:9: key 'network.activation': expected a string or a table, found an integer");
    BOOST_TEST(verdict("{ network = { activation = { name = 3 } } }") ==
               "c.toml:2:9: key 'network.activation.name': expected a string, found an integer");
}

BOOST_AUTO_TEST_CASE(wrong_kinds_inside_lists_point_at_the_element)
{
    BOOST_TEST(verdict("{ network = { train = ['input', 1] } }") ==
               "c.toml:2:11: key 'network.train': expected a list of strings, found an integer in the list");
    BOOST_TEST(verdict("{ network = { widths = [1, 'a'] } }") ==
               "c.toml:2:11: key 'network.widths': expected a number or a list of numbers, found a string in "
               "the list");
    BOOST_TEST(verdict("{ claim = [1] }") ==
               "c.toml:2:11: key 'claim': expected a list of tables, found an integer in the list");
    const std::string matrix =
        "key 'network.activation.knots': expected a list of equally long lists of numbers, ";
    BOOST_TEST(verdict("{ network = { activation = { knots = [[1, 2], [3]] } } }") ==
               "c.toml:2:11: " + matrix + "found a list of another length");
    BOOST_TEST(verdict("{ network = { activation = { knots = [1, 2] } } }") ==
               "c.toml:2:11: " + matrix + "found an integer in the list");
    BOOST_TEST(verdict("{ network = { activation = { knots = [[1, 'a']] } } }") ==
               "c.toml:2:11: " + matrix + "found a string in the list");
}

BOOST_AUTO_TEST_CASE(values_out_of_range)
{
    BOOST_TEST(verdict("{ grid = { cells = 0 } }") == "c.toml:2:9: key 'grid.cells': expected > 0, found 0");
    BOOST_TEST(verdict("{ grid = { ratio = 2 } }") ==
               "c.toml:2:9: key 'grid.ratio': expected [1, 2), found 2");
    BOOST_TEST(verdict("{ scheme = { cfl = 1.5 } }") ==
               "c.toml:2:9: key 'scheme.cfl': expected (0, 1], found 1.5");
    BOOST_TEST(
        verdict("{ scheme = { flux = 'mucsl' } }") ==
        "c.toml:2:9: key 'scheme.flux': expected one of 'upwind', 'muscl', found 'mucsl'; did you mean "
        "'muscl'?");
    BOOST_TEST(verdict("{ scheme = { flux = 'weno' } }") ==
               "c.toml:2:9: key 'scheme.flux': expected one of 'upwind', 'muscl', found 'weno'");
    BOOST_TEST(verdict("{ network = { widths = [1, 0.5] } }") ==
               "c.toml:2:11: key 'network.widths': expected >= 1, found 0.5");
    BOOST_TEST(verdict("{ network = { train = ['bias'] } }") ==
               "c.toml:2:11: key 'network.train': expected one of 'input', 'output', found 'bias'");
    BOOST_TEST(verdict("{ network = { activation = { knots = [[1, -200]] } } }") ==
               "c.toml:2:11: key 'network.activation.knots': expected > -100, found -200");
    BOOST_TEST(verdict("{ problem = { target = [{ mass = -1.0 }] } }") ==
               "c.toml:2:9: key 'problem.target.0.mass': expected >= 0, found -1.0");
}

BOOST_AUTO_TEST_CASE(infinity_and_nan_only_where_the_schema_says_so)
{
    BOOST_TEST(verdict("{ time = { end = inf } }") == "c.toml:2:9: key 'time.end': expected > 0, found inf");
    BOOST_TEST(verdict("{ time = { end = nan } }") == "c.toml:2:9: key 'time.end': expected > 0, found nan");
    BOOST_TEST(verdict("{ time = { settle = -inf } }") ==
               "c.toml:2:9: key 'time.settle': expected > 0 or inf or one of 'never', found -inf");
    BOOST_TEST(verdict("{ grid = { axes = { r = { from = -inf } } } }") ==
               "c.toml:2:9: key 'grid.axes.r.from': expected a finite number, found -inf");
    BOOST_TEST(verdict("{ output = { a = [{ b = nan }] } }") ==
               "c.toml:2:9: key 'output.a.b': expected a finite number, found nan");
}

BOOST_AUTO_TEST_CASE(named_texts_become_tables)
{
    Value root = parse_literal("{ network = { activation = 'relu' }, problem = { target = 'uniform' } }");
    stamp(root);
    schema().check(root);
    const Value expected = parse_literal(
        "{ network = { activation = { name = 'relu' } }, problem = { target = { law = 'uniform' } } }");
    BOOST_TEST((root == expected));
    BOOST_TEST(root.find("network")->find("activation")->find("name")->place.text() == "c.toml:2:9");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(schema_rows)

BOOST_AUTO_TEST_CASE(malformed_rows_are_bugs)
{
    const std::vector<Key> bad = {
        {"", "number", "", "", "no path"},
        {"a..b", "number", "", "", "empty part"},
        {"a", "nubmer", "", "", "unknown type"},
        {"a", "", "", "", "no type"},
        {"a", "named:", "", "", "no name"},
        {"a", "number", "'x'", "", "default of another type"},
        {"a", "number", "-1", "> 0", "default out of range"},
        {"a", "number", "1 2", "", "default that is no literal"},
        {"a", "integer", "", "", "example of another type", "1.5"},
        {"a", "number", "", "> x", "range without number"},
        {"a", "number", "", "about 3", "range of no kind"},
        {"a", "number", "", "[1]", "half an interval"},
        {"a", "number", "", "[1, 2", "open interval"},
    };
    for (const Key& key : bad) {
        BOOST_TEST_CONTEXT(key.meaning)
        {
            BOOST_CHECK_THROW(Schema().add(key), std::logic_error);
        }
    }
    try {
        Schema().add({"a.b", "number", "-1", "> 0", "mass"});
    } catch (const std::logic_error& error) {
        BOOST_TEST(std::string(error.what()) == "schema row 'a.b': key 'a.b': expected > 0, found -1");
    }
}

BOOST_AUTO_TEST_CASE(a_path_may_be_shared)
{
    Schema rows;
    rows.add({"law.scale", "number", "1.0", "> 0", "scale of chi"});
    rows.add({"law.scale", "number", "1.0", "> 0", "deviation"});
    rows.add({"law.scale", "number", "1.0", "> 0", "deviation"});
    BOOST_TEST(rows.find("law.scale")->meaning == "scale of chi; deviation");
    BOOST_CHECK_THROW(rows.add({"law.scale", "integer", "1", "> 0", "count"}), std::logic_error);
    BOOST_CHECK_THROW(rows.add({"law.scale", "number", "2.0", "> 0", "other default"}), std::logic_error);
    BOOST_CHECK_THROW(rows.add({"law.scale", "number", "1.0", "", "other range"}), std::logic_error);
}

BOOST_AUTO_TEST_CASE(the_row_with_fewest_wildcards_wins)
{
    Schema rows;
    rows.add({"axes.*.cells", "integer", "10", "", "any axis"});
    rows.add({"axes.r.cells", "integer", "20", "", "radius"});
    BOOST_TEST(rows.fallback("axes.x.cells")->integer() == 10);
    BOOST_TEST(rows.fallback("axes.r.cells")->integer() == 20);
    BOOST_TEST(rows.find("axes.r") == nullptr);
    BOOST_TEST(rows.fallback("axes.r") == nullptr);
}

BOOST_AUTO_TEST_CASE(an_implied_name_gives_way_to_its_own_row)
{
    const Key whole{"kernel", "named:name", "\"gauss\"", "", "kernel"};
    const Key name{"kernel.name", "text", "", "in gauss, sobolev", "which kernel"};
    for (const auto& keys : {std::vector<Key>{whole, name}, std::vector<Key>{name, whole}}) {
        Schema rows;
        rows.add_all(keys);
        BOOST_TEST(rows.find("kernel.name")->range == "in gauss, sobolev");
        BOOST_TEST((*rows.fallback("kernel") == parse_literal("{ name = 'gauss' }")));
    }
}

BOOST_AUTO_TEST_CASE(free_keys_lie_below_any)
{
    BOOST_TEST(schema().is_free("output"));
    BOOST_TEST(schema().is_free("output.a.b"));
    BOOST_TEST(!schema().is_free("grid.a"));
}

BOOST_AUTO_TEST_CASE(rows_explain_themselves)
{
    const Schema rows = schema();
    BOOST_TEST(rows.explain("grid.axes.r.cells") ==
               "grid.axes.r.cells: cells of this axis (integer, > 0, required)");
    BOOST_TEST(rows.explain("scheme.flux") ==
               "scheme.flux: flux over a face (text, in upwind, muscl, default \"muscl\")");
    BOOST_TEST(rows.explain("network.activation") ==
               "network.activation: activation (text or table with `name`)");
    BOOST_TEST(rows.explain("nothing.here") == "nothing.here");
}

BOOST_AUTO_TEST_CASE(examples_pass_their_own_check)
{
    const std::vector<std::pair<Key, std::string>> rows = {
        {{"a.k", "number", "", "> 0", ""}, "k = 1.0"},
        {{"a.k", "number", "", "<= -2", ""}, "k = -3.0"},
        {{"a.k", "number", "", "[0, 1]", ""}, "k = 0.5"},
        {{"a.k", "integer", "", "[0, 5]", ""}, "k = 3"},
        {{"a.k", "integer", "", "in 2, 4", ""}, "k = 2"},
        {{"a.k", "number", "", "inf", ""}, "k = 1.0"},
        {{"a.k", "flag", "", "", ""}, "k = true"},
        {{"a.k", "text", "", "in x, y", ""}, "k = \"x\""},
        {{"a.k", "named:law", "", "", ""}, "k = \"...\""},
        {{"a.k", "texts", "", "in x, y", ""}, "k = [\"x\"]"},
        {{"a.k", "numbers", "", "", ""}, "k = [1.0]"},
        {{"a.k", "matrix", "", "> 1", ""}, "k = [[2.0]]"},
        {{"a.k", "text", "", "", "", "'my.csv'"}, "k = 'my.csv'"},
    };
    for (const auto& [key, example] : rows) {
        Schema one;
        one.add(key);
        BOOST_TEST(one.example("a.k") == example);
        Value root = parse_literal("{ a = { " + example + " } }");
        BOOST_CHECK_NO_THROW(one.check(root));
    }
    Schema tables;
    tables.add({"t", "table", "", "", ""});
    tables.add({"l", "tables", "", "", ""});
    BOOST_TEST(tables.example("t") == "t = { ... }");
    BOOST_TEST(tables.example("l") == "l = [{ ... }]");
    BOOST_TEST(tables.example("x") == "");
}

BOOST_AUTO_TEST_CASE(documentation_has_one_table_per_section)
{
    Schema rows;
    rows.add({"grid", "table", "-", "", "Cells of parameter space."});
    rows.add({"grid.cells", "integer", "", "> 0", "number of cells"});
    rows.add({"grid.axes.*.sides", "text|texts", "\"a|b\"", "in a|b", "one | or two"});
    rows.add({"grid.align", "named:kind", "-", "", "alignment"});
    rows.add({"claim", "tables", "-", "", "What must hold."});
    rows.add({"claim.metric", "text", "", "", "name of a metric"});
    rows.add({"output", "any", "-", "", "Free."});
    const std::string header =
        "| key | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n";
    const std::string expected =
        "## `[grid]`\n\nCells of parameter space.\n\n" + header +
        "| `grid.cells` | integer | required | > 0 | number of cells |\n"
        "| `grid.align` | text or table with `kind` | none |  | alignment |\n"
        "| `grid.axes.*.sides` | text or texts | `\"a\\|b\"` | in a\\|b | one \\| or two |\n\n"
        "## `[[claim]]`\n\nWhat must hold.\n\n" +
        header +
        "| `claim.metric` | text | required |  | name of a metric |\n\n"
        "## `[output]`\n\nFree.\n\n";
    BOOST_TEST(rows.markdown() == expected);
}

BOOST_AUTO_TEST_SUITE_END()
