// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/value.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

#include "support/refusal.hpp"
#include "widelimit/core/literal.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(values)

BOOST_AUTO_TEST_CASE(places_are_as_long_as_known)
{
    BOOST_TEST(Place{}.text() == "");
    BOOST_TEST((Place{"a.toml", 0, 0}.text()) == "a.toml");
    BOOST_TEST((Place{"a.toml", 3, 4}.text()) == "a.toml:3:4");
    BOOST_TEST(refusal([] { refuse({"a", 1, 2}, "no"); }) == "a:1:2: no");
}

BOOST_AUTO_TEST_CASE(asking_for_another_kind_is_a_bug)
{
    BOOST_CHECK_THROW(Value(1.0).integer(), std::logic_error);
    BOOST_CHECK_THROW(Value("a").number(), std::logic_error);
    BOOST_CHECK_THROW(Value(1).flag(), std::logic_error);
    BOOST_CHECK_THROW(Value(true).text(), std::logic_error);
    BOOST_CHECK_THROW(Value(true).list(), std::logic_error);
    BOOST_CHECK_THROW(Value(true).entries(), std::logic_error);
    BOOST_TEST(Value(3).number() == 3.0);
    BOOST_TEST(Value(true).is(Value::Kind::flag));
    BOOST_TEST(Value(true).find("a") == nullptr);
}

BOOST_AUTO_TEST_CASE(equality_ignores_order_and_places)
{
    const auto same = [](const char* a, const char* b) { return parse_literal(a) == parse_literal(b); };
    BOOST_TEST(same("{ a = 1, b = [1, 'x', true] }", "{ b = [1, 'x', true], a = 1 }"));
    BOOST_TEST(same("nan", "nan"));
    BOOST_TEST((Value() == Value()));
    for (const char* other : {"1.0", "2", "true", "'1'", "[1]", "{ a = 1 }"}) {
        BOOST_TEST(!same("1", other));
    }
    BOOST_TEST(!same("0.0", "-0.0"));
    BOOST_TEST(!same("nan", "0.0"));
    BOOST_TEST(!same("{ a = 1 }", "{ a = 1, b = 2 }"));
    BOOST_TEST(!same("{ a = 1, c = 2 }", "{ a = 1, b = 2 }"));
    BOOST_TEST(!same("[1, 2]", "[2, 1]"));
}

BOOST_AUTO_TEST_SUITE_END()
