// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/toml.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "support/scratch.hpp"
#include "support/refusal.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/schema.hpp"
#include "widelimit/core/settings.hpp"

using namespace widelimit;

namespace {

std::string parse_refusal(const std::string& text)
{
    return refusal([&] { parse_toml(text, "c.toml"); });
}

/// The case after an override, in one line, or the refusal.
std::string overridden(const std::string& text, const std::string& change)
{
    Value root = parse_toml(text, "c.toml");
    const std::string message = refusal([&] { merge_override(root, change); });
    return message == "accepted" ? print_literal(root) : message;
}

std::string round_trip(const std::string& text)
{
    const Value root = parse_toml(text, "c.toml");
    const std::string printed = print_toml(root);
    BOOST_TEST((parse_toml(printed, "printed") == root), printed);
    BOOST_TEST(print_toml(parse_toml(printed, "printed")) == printed);
    return printed;
}

std::string written(const Scratch& folder, const std::string& name, const std::string& text)
{
    overwrite(folder / name, text);
    return (folder / name).string();
}

const char* const whole_case = R"(# comment
[case]
title = "wave \u00e9"
[problem]
name    = "discrepancy"
kernel  = { name = "sobolev", s = 2.0 }
initial = { law = "wave", mode = [1, 0], amplitude = 0.5 }
[grid.axes]
y = { from = 0, to = 1, cells = 0x100, sides = "periodic" }
x = { from = -0.0, to = 1e-3, cells = 2_56, sides = ['periodic', "no-flux"] }
[time]
end = 100.0
settle = 1e-10
patience = inf
[[claim]]
metric = "energy"
is = 2.62250308e-7
[[claim]]
metric = "mass"
monotone = "decreasing"
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(toml_reading)

BOOST_AUTO_TEST_CASE(a_case_keeps_order_and_places)
{
    const Value root = parse_toml(whole_case, "c.toml");
    BOOST_TEST(
        print_literal(root) ==
        "{ case = { title = \"wave \xC3\xA9\" }, problem = { name = \"discrepancy\", kernel = { name = "
        "\"sobolev\", s = 2.0 }, initial = { law = \"wave\", mode = [1, 0], amplitude = 0.5 } }, grid = { "
        "axes "
        "= { y = { from = 0, to = 1, cells = 256, sides = \"periodic\" }, x = { from = -0.0, to = 0.001, "
        "cells "
        "= 256, sides = [\"periodic\", \"no-flux\"] } } }, time = { end = 100.0, settle = 1e-10, patience = "
        "inf "
        "}, claim = [{ metric = \"energy\", is = 2.62250308e-7 }, { metric = \"mass\", monotone = "
        "\"decreasing\" }] }");
    BOOST_TEST(root.find("problem")->find("kernel")->find("s")->place.text() == "c.toml:6:35");
    BOOST_TEST(root.find("problem")->find("kernel")->entries()[1].place.text() == "c.toml:6:31");
    BOOST_TEST(root.find("claim")->list()[1].place.text() == "c.toml:18:1");
    BOOST_TEST(root.entries()[2].place.text() == "c.toml:8:2");
    BOOST_TEST(root.place.file == "c.toml");
}

BOOST_AUTO_TEST_CASE(syntax_errors_have_places)
{
    BOOST_TEST(parse_refusal("a = 1\n[grid\nb = 2\n").starts_with("c.toml:2:6: "));
    BOOST_TEST(parse_refusal("a = 1\na = 2\n").starts_with("c.toml:2:"));
    BOOST_TEST(parse_refusal("a = 1\na = 2\n").find("redefine") != std::string::npos);
    BOOST_TEST(parse_refusal("[a]\nx = 1\n[a]\n").starts_with("c.toml:3:"));
    BOOST_TEST(parse_refusal("a = \n").starts_with("c.toml:1:5: "));
    BOOST_TEST(parse_refusal("a = \"x\n").starts_with("c.toml:1:"));
    BOOST_TEST(parse_refusal("a = \"\xFF\"\n") == "c.toml:1:5: Encountered invalid utf-8 sequence");
    BOOST_TEST(parse_refusal("a = 99999999999999999999\n").starts_with("c.toml:1:"));
}

BOOST_AUTO_TEST_CASE(dates_are_refused)
{
    const std::string message = "dates and times mean nothing here; for a string, write it in quotes";
    BOOST_TEST(parse_refusal("a = 2024-01-31\n") == "c.toml:1:5: " + message);
    BOOST_TEST(parse_refusal("a = [12:30:00]\n") == "c.toml:1:6: " + message);
    BOOST_TEST(parse_refusal("a = 2024-01-31T12:30:00Z\n") == "c.toml:1:5: " + message);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read)
{
    const Scratch folder;
    const std::string good = written(folder, "good.toml", "\xEF\xBB\xBF[a]\r\nb = 1\r\n");
    BOOST_TEST(print_literal(read_toml(good)) == "{ a = { b = 1 } }");
    BOOST_TEST(read_toml(good).find("a")->find("b")->place.text() == good + ":2:5");
    const std::string missing = (folder / "missing.toml").string();
    BOOST_TEST(refusal([&] { read_toml(missing); }) ==
               missing + ": cannot be read: No such file or directory");
    BOOST_TEST(refusal([&] { read_toml(folder.path()); }) ==
               folder.path().string() + ": cannot be read: Is a directory");
    const std::string large = written(folder, "large.toml", std::string(10'000'001, '#'));
    BOOST_TEST(refusal([&] { read_toml(large); }) == large + ": larger than 10000000 bytes");
}

BOOST_AUTO_TEST_CASE(hostile_texts_are_refused)
{
    const std::string header = "expected the name of a section after '['";
    for (const char* bad :
         {"[~gr=5\n", "a = 1\n  [.b]\n", "[[ =x]]\n", "[]\n", "[", "[\n", "[#]\n", "[\xC3\xA9]\n",
          "\xEF\xBB\xBF[~a]\n", "a = '''\n[x]''' # [\n[%]\n", "a = [\n[1], {b = 2}\n]\n[@]\n"}) {
        BOOST_TEST_CONTEXT(bad)
        {
            BOOST_TEST(parse_refusal(bad).ends_with(header));
        }
    }
    BOOST_TEST(parse_refusal("a = 1\n [~b]\n") == "c.toml:2:2: " + header);
    BOOST_TEST(parse_refusal(std::string("a = 1\nb\0 = 2\n", 13)) ==
               "c.toml:2:2: a NUL byte: not a text file");
    BOOST_TEST(parse_refusal(std::string("a = 1 # \0\n", 10)) == "c.toml:1:9: a NUL byte: not a text file");
    BOOST_TEST(parse_refusal(std::string("a = '\0'\n", 8)) == "c.toml:1:6: a NUL byte: not a text file");
}

BOOST_AUTO_TEST_CASE(nesting_is_limited)
{
    const auto lists = [](std::size_t n) {
        return "a = " + std::string(n, '[') + std::string(n, ']') + "\n";
    };
    BOOST_TEST(parse_refusal(lists(60)) == "accepted");
    BOOST_TEST(parse_refusal(lists(65)) == "c.toml:1:69: nested deeper than 64 levels");
    BOOST_TEST(parse_refusal(lists(5'000'000)) == "c.toml:1:69: nested deeper than 64 levels");
    const auto dots = [](std::size_t n) {
        std::string key = "a";
        for (std::size_t i = 0; i < n; ++i) {
            key += ".a";
        }
        return key;
    };
    BOOST_TEST(parse_refusal(dots(60) + " = 1\n") == "accepted");
    BOOST_TEST(parse_refusal(dots(65) + " = 1\n") == "c.toml:1:130: nested deeper than 64 levels");
    BOOST_TEST(parse_refusal("[" + dots(100'000) + "]\n").ends_with("nested deeper than 64 levels"));
    BOOST_TEST(parse_refusal("x = {" + dots(40) + " = {" + dots(40) + " = 1 } }\n") ==
               "c.toml:1:" + std::to_string(6 + 81 + 4 + 2 * 22) + ": nested deeper than 64 levels");
}

BOOST_AUTO_TEST_CASE(the_guard_lets_good_texts_pass)
{
    for (const char* good :
         {"a = [\n  [1, 2],\n  [-1, 2],\n  [],\n  ['x'],\n  [{ b = 1 }],\n]\n", "a = '[~' # [~\n[b]\n",
          "a = \"\"\"\n[~x]\n\\\"\"\"\"\n[b]\n", "a = '''\n[~x]\n'''\n[b]\n", "[ \"a.b\" . 'c' ]\n",
          "[[ a ]]\n", "[-]\n[_]\n", "a = \"\\\\\"\n[b]\n", "a = \"x\\\"\" # \"\n[b]\n", "a = ''\n[b]\n", "",
          "# only a comment", "a = [1.5, 2.5] # ."}) {
        BOOST_TEST_CONTEXT(good)
        {
            BOOST_TEST(parse_refusal(good) == "accepted");
        }
    }
}

BOOST_AUTO_TEST_CASE(literals_and_documents_agree)
{
    for (const char* text : {"true", "0", "-7", "+3", "1.0", "-0.0", "1e-10", "1e5", "inf", "-inf", "nan",
                             "'a\\b'", "\"a \\\"b\\\" \\\\ \\n \\t \\u00e9\"", "[]", "[1, [2.5, 'x'], {}]",
                             "{ a = 1, \"b.c\" = { d = [] } }"}) {
        BOOST_TEST((*parse_toml(std::string("k = ") + text, "c.toml").find("k") == parse_literal(text)));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(toml_overrides)

BOOST_AUTO_TEST_CASE(values_are_toml_or_else_strings)
{
    BOOST_TEST(overridden("", "a.b=7") == "{ a = { b = 7 } }");
    BOOST_TEST(overridden("", "a = 1e-3") == "{ a = 0.001 }");
    BOOST_TEST(overridden("", "a=tanh") == "{ a = \"tanh\" }");
    BOOST_TEST(overridden("", "a=../x=1/my \"file\".csv") == "{ a = \"../x=1/my \\\"file\\\".csv\" }");
    BOOST_TEST(overridden("", "a=\"tanh\"") == "{ a = \"tanh\" }");
    BOOST_TEST(overridden("", "a=\"\"") == "{ a = \"\" }");
    BOOST_TEST(overridden("", "a=[64, 128]") == "{ a = [64, 128] }");
    BOOST_TEST(overridden("", "a={ name = 'x', s = 2.0 }") == "{ a = { name = \"x\", s = 2.0 } }");
    BOOST_TEST(overridden("", "\"a=b\".c=1") == "{ \"a=b\" = { c = 1 } }");
    BOOST_TEST(overridden("", "a=#5") == "{ a = \"#5\" }");
}

BOOST_AUTO_TEST_CASE(tables_are_merged_and_the_rest_replaced)
{
    const char* const text = "[a]\nx = 1\ny = { z = 2 }\n[b]\n";
    BOOST_TEST(overridden(text, "a.x=5") == "{ a = { x = 5, y = { z = 2 } }, b = {} }");
    BOOST_TEST(overridden(text, "a.y.w=5") == "{ a = { x = 1, y = { z = 2, w = 5 } }, b = {} }");
    BOOST_TEST(overridden(text, "a={ x = 3, v = 4 }") == "{ a = { x = 3, y = { z = 2 }, v = 4 }, b = {} }");
    BOOST_TEST(overridden(text, "a.y=gauss") == "{ a = { x = 1, y = \"gauss\" }, b = {} }");
    BOOST_TEST(overridden(text, "a.x.w=1") == "{ a = { x = { w = 1 }, y = { z = 2 } }, b = {} }");
}

BOOST_AUTO_TEST_CASE(elements_of_lists_are_numbered)
{
    const char* const text = "w = [10, 30]\ne = []\n[[claim]]\nm = 'a'\n[[claim]]\nm = 'b'\n";
    const std::string rest = ", claim = [{ m = \"a\" }, { m = \"b\" }] }";
    BOOST_TEST(overridden(text, "w.1=40") == "{ w = [10, 40], e = []" + rest);
    BOOST_TEST(overridden(text, "claim.1.m=c") ==
               "{ w = [10, 30], e = [], claim = [{ m = \"a\" }, { m = \"c\" }] }");
    BOOST_TEST(overridden(text, "claim.0={ at = 1 }") ==
               "{ w = [10, 30], e = [], claim = [{ m = \"a\", at = 1 }, { m = \"b\" }] }");
    BOOST_TEST(overridden(text, "w=[1]") == "{ w = [1], e = []" + rest);
    BOOST_TEST(overridden(text, "claim.2.m=c") ==
               "--set:1:7: '2' is not an element of a list, numbered 0 to 1");
    BOOST_TEST(overridden(text, "w.99999999999999999999=1") ==
               "--set:1:3: '99999999999999999999' is not an element of a list, numbered 0 to 1");
    BOOST_TEST(overridden(text, "e.0=1") == "--set:1:3: '0' is not an element of an empty list");
}

BOOST_AUTO_TEST_CASE(bad_overrides_have_places)
{
    BOOST_TEST(overridden("", "a.b") == "--set:1:4: expected key=value, found 'a.b'");
    BOOST_TEST(overridden("", "") == "--set:1:1: expected key=value, found ''");
    BOOST_TEST(overridden("", "a=  ") == "--set:1:3: expected a value after '='; an empty string is \"\"");
    BOOST_TEST(overridden("", "=1") == "--set:1:1: expected a key before '='");
    BOOST_TEST(overridden("", "# a=1") == "--set:1:1: expected a key before '='");
    BOOST_TEST(overridden("", "[a]=1") == "--set:1:1: expected a key before '='");
    BOOST_TEST(overridden("", "a=1\nb=2") == "--set:1:4: expected one line");
    BOOST_TEST(overridden("", "a..b=1").starts_with("--set:1:3: "));
    BOOST_TEST(overridden("", "a b=1").starts_with("--set:1:3: "));
    BOOST_TEST(overridden("", "a=[1, 2").starts_with("--set:1:"));
    BOOST_TEST(overridden("", "a=\"x").starts_with("--set:1:"));
    BOOST_TEST(overridden("", "a={b=}").starts_with("--set:1:6: "));
    BOOST_TEST(overridden("", "a=\xFF").starts_with("--set:1:"));
    BOOST_TEST(overridden("", "a=2024-01-31").find("expected") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(toml_printing)

BOOST_AUTO_TEST_CASE(a_case_prints_readably)
{
    BOOST_TEST(round_trip(whole_case) == R"([case]
title = "wave é"

[problem]
name = "discrepancy"
kernel = { name = "sobolev", s = 2.0 }
initial = { law = "wave", mode = [1, 0], amplitude = 0.5 }

[grid.axes]
y = { from = 0, to = 1, cells = 256, sides = "periodic" }
x = { from = -0.0, to = 0.001, cells = 256, sides = ["periodic", "no-flux"] }

[time]
end = 100.0
settle = 1e-10
patience = inf

[[claim]]
metric = "energy"
is = 2.62250308e-7

[[claim]]
metric = "mass"
monotone = "decreasing"
)");
}

BOOST_AUTO_TEST_CASE(every_shape_reads_back)
{
    const std::string numbers(40, '7');
    for (const std::string text : {
             "",
             "a = 1\n",
             "[a]\n",
             "[a.b.c]\n",
             "[[a]]\n[[a]]\n",
             "a = []\n",
             "[b]\nx = 1\n[b.c]\n[a]\nz = 0.1\n",
             "[\"a.b\".'c d']\n\"\" = ''\n",
             "a = [[1, 2], [3, 4.0]]\n",
             "a = [1, 'x', { b = [] }, [[]]]\n",
             "a = \"\"\"two\nlines\t\\u0001\\u007f\\\\ \\\" \xE2\x82\xAC\"\"\"\n",
             "a = nan\nb = -inf\nc = -0.0\n",
             "a = 0.1\nb = 1e300\nc = 5e-324\nd = 1.7976931348623157e308\ne = 9007199254740993\n",
             "a = -9223372036854775808\n",
             "[[a]]\n[a.b]\nx = 1\n[[a.c]]\ny = 2\n[[a]]\nb = 3\n",
         }) {
        round_trip(text);
    }
}

BOOST_AUTO_TEST_CASE(long_tables_and_lists_take_more_lines)
{
    std::string list = "1000.5";
    for (int i = 0; i < 30; ++i) {
        list += ", 1000.5";
    }
    const std::string printed =
        round_trip("[a]\nt = { list = [" + list + "], small = { b = 1 } }\nu = [{ list = [" + list +
                   "] }, { c = 1 }]\nz = 1\n");
    BOOST_TEST(printed.starts_with("[a]\nz = 1\n\n[a.t]\nlist = [\n    1000.5,\n    1000.5,\n"));
    BOOST_TEST(printed.find("]\nsmall = { b = 1 }\n\n[[a.u]]\nlist = [\n") != std::string::npos);
    BOOST_TEST(printed.ends_with("]\n\n[[a.u]]\nc = 1\n"));
    round_trip("[[a]]\n[a.b]\nlist = [" + list + "]\n[[a]]\n[a.b]\nlist = [" + list + "]\n");
}

BOOST_AUTO_TEST_CASE(only_tables_are_documents)
{
    BOOST_CHECK_THROW(print_toml(Value(1)), std::logic_error);
    Value table = Value::table();
    table.set("nothing", Value());
    BOOST_CHECK_THROW(print_toml(table), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(toml_with_settings)

BOOST_AUTO_TEST_CASE(messages_have_places_of_file_and_override)
{
    Schema schema;
    schema.add({"grid.cells", "integer", "", "> 0", "number of cells"});
    schema.add({"grid.cfl", "number", "0.5", "> 0", "share of the stable step"});
    const auto verdict = [&](const std::string& text, const std::string& change) {
        return refusal([&] {
            Value root = parse_toml(text, "typo.toml");
            if (!change.empty()) {
                merge_override(root, change);
            }
            const Settings settings(root, schema);
            settings.integer("grid.cells");
            refuse_unused(settings);
        });
    };
    BOOST_TEST(verdict("[grid]\ncells = 3\n# c\nclf = 1\n", "") ==
               "typo.toml:4:1: unknown key 'grid.clf'; did you mean 'cfl'?");
    BOOST_TEST(verdict("[grid]\ncells = 3\n", "grid.cell=1") ==
               "--set:1:6: unknown key 'grid.cell'; did you mean 'cells'?");
    BOOST_TEST(verdict("[grid]\ncells = 3\n", "grid.cells=many") ==
               "--set:1:12: key 'grid.cells': expected an integer, found a string");
    BOOST_TEST(verdict("[grid]\ncells = 3\ncfl = 0.4\n", "") ==
               "typo.toml:3:1: key 'grid.cfl' has no effect here; keys read here are cells");
    BOOST_TEST(verdict("[grid]\n", "") ==
               "typo.toml:1:1: missing key 'grid.cells': number of cells; for example cells = 1 in [grid]");
    BOOST_TEST(verdict("", "") ==
               "typo.toml: missing key 'grid.cells': number of cells; for example cells = 1 in [grid]");
    BOOST_TEST(verdict("[grid]\ncells = 3\n", "grid.cells=5") == "accepted");
}

BOOST_AUTO_TEST_CASE(paths_are_relative_to_where_they_stand)
{
    Value root =
        parse_toml("a = \"data/x.csv\"\nb = \"../x.csv\"\nc = \"/x.csv\"\nd = \"\"\n", "cases/one/c.toml");
    BOOST_TEST(resolve_path(*root.find("a")) == "cases/one/data/x.csv");
    BOOST_TEST(resolve_path(*root.find("b")) == "cases/x.csv");
    BOOST_TEST(resolve_path(*root.find("c")) == "/x.csv");
    BOOST_TEST(refusal([&] { resolve_path(*root.find("d")); }) ==
               "cases/one/c.toml:4:5: expected a path, found an empty string");
    merge_override(root, "a=data/y.csv");
    BOOST_TEST(resolve_path(*root.find("a")) == "data/y.csv");
    BOOST_TEST(resolve_path(Value("z.csv")) == "z.csv");
}

BOOST_AUTO_TEST_SUITE_END()
