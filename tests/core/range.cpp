// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/range.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(ranges)

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

BOOST_AUTO_TEST_CASE(ranges_hold_numbers)
{
    struct Sample {
        const char* range;
        std::vector<double> inside, outside;
    };
    const double nan = std::nan("");
    const std::vector<Sample> samples = {
        {"", {0.0, -1e308}, {infinity, -infinity, nan}},
        {"> 0", {1e-300, 1e308}, {0.0, -1.0, infinity, nan}},
        {">= 0", {0.0, 1.0}, {-1e-300, infinity}},
        {"< 1", {0.5, -9.0}, {1.0, -infinity}},
        {"<= 1", {1.0}, {1.5}},
        {"[0, 1]", {0.0, 0.5, 1.0}, {-0.1, 1.1}},
        {"(0, 1)", {0.5}, {0.0, 1.0}},
        {"[0, inf)", {0.0}, {infinity, -1.0}},
        {"[0, inf]", {0.0, infinity}, {-infinity}},
        {"> 0 or inf", {1.0, infinity}, {0.0, -infinity, nan}},
        {"< 0 or inf", {-1.0, -infinity}, {0.0, infinity}},
        {"inf", {1.0, infinity, -infinity}, {nan}},
        {"nan", {1.0, nan}, {infinity}},
        {"in 2, 4", {2.0, 4.0}, {3.0, infinity}},
        {"[0, 1] or [3, 4]", {0.5, 3.5}, {2.0}},
        {"in auto, off", {7.0}, {infinity}},
    };
    for (const Sample& sample : samples) {
        BOOST_TEST_CONTEXT(sample.range)
        {
            for (const double number : sample.inside) {
                BOOST_TEST(Range(sample.range).holds(number));
            }
            for (const double number : sample.outside) {
                BOOST_TEST(!Range(sample.range).holds(number));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(ranges_hold_texts)
{
    BOOST_TEST(Range("").holds(std::string("anything")));
    BOOST_TEST(Range("> 0").holds(std::string("anything")));
    BOOST_TEST(Range("> 0 or in auto, off").holds(std::string("off")));
    BOOST_TEST(!Range("> 0 or in auto, off").holds(std::string("on")));
    BOOST_TEST(Range("> 0 or in auto, off").expected() == "> 0 or one of 'auto', 'off'");
}

BOOST_AUTO_TEST_SUITE_END()
