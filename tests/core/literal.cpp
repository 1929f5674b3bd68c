// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/literal.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(literals)

BOOST_AUTO_TEST_CASE(literals_print_as_they_read)
{
    for (const char* text : {"true",
                             "false",
                             "0",
                             "-7",
                             "9223372036854775807",
                             "1.0",
                             "-0.0",
                             "1e-10",
                             "1.5e300",
                             "inf",
                             "-inf",
                             "nan",
                             "0.1",
                             "5e-324",
                             "\"\"",
                             "\"a \\\"b\\\" \\\\ \\n \\t \\u0007 \\u007F\"",
                             "[]",
                             "[1, [2.5, \"x\"], {}]",
                             "{}",
                             "{ a = 1, \"b.c\" = { d = [] } }"}) {
        BOOST_TEST(print_literal(parse_literal(text)) == text);
    }
    BOOST_TEST(parse_literal("+1.5").number() == 1.5);
    BOOST_TEST(parse_literal("'a\\b'").text() == "a\\b");
    BOOST_TEST(parse_literal("\"\\u00e9\\u20ac\"").text() == "\xC3\xA9\xE2\x82\xAC");
    BOOST_TEST(parse_literal("100000.0").is(Value::Kind::number));
    BOOST_TEST(print_number(1e5) == "1e5");
    BOOST_CHECK_THROW(print_literal(Value()), std::logic_error);
}

BOOST_AUTO_TEST_CASE(malformed_literals_are_bugs)
{
    for (const char* text :
         {"", "tru", "1 2", "[1", "[1 2]", "{ a }", "{ a = 1, a = 2 }", "{ = 1 }", "{ a = 1 b = 2 }", "\"a",
          "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "1.2.3", "[1,]", "=", "+-1"}) {
        BOOST_CHECK_THROW(parse_literal(text), std::logic_error);
    }
}

BOOST_AUTO_TEST_CASE(dotted_keys_come_apart)
{
    using Parts = std::vector<std::string>;
    BOOST_TEST(key_parts("") == Parts{});
    BOOST_TEST(key_parts("a.b-c.0") == (Parts{"a", "b-c", "0"}));
    BOOST_TEST(key_parts("a.\"b.c\".'d e'") == (Parts{"a", "b.c", "d e"}));
    BOOST_TEST(joined(joined("", "a"), "b.\"c") == "a.\"b.\\\"c\"");
    BOOST_TEST(key_parts(joined("a", "b.\"c")) == (Parts{"a", "b.\"c"}));
    BOOST_TEST(quoted_key("") == "\"\"");
    for (const char* bad : {".", "a.", "a..b", ".a", "a b", "a\"b\""}) {
        BOOST_CHECK_THROW(key_parts(bad), std::logic_error);
    }
}

BOOST_AUTO_TEST_SUITE_END()
