// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/suggestion.hpp"

#include <boost/test/unit_test.hpp>

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(suggestions_of_words)

BOOST_AUTO_TEST_CASE(edit_distances)
{
    BOOST_TEST(edit_distance("", "") == 0u);
    BOOST_TEST(edit_distance("abc", "") == 3u);
    BOOST_TEST(edit_distance("", "ab") == 2u);
    BOOST_TEST(edit_distance("clf", "cfl") == 2u);
    BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
    BOOST_TEST(edit_distance("cells", "cells") == 0u);
}

BOOST_AUTO_TEST_CASE(suggestions)
{
    const std::vector<std::string> names = {"relu", "tanh", "sin"};
    BOOST_TEST(nearest("rleu", names) == "relu");
    BOOST_TEST(nearest("cos", {"at", "sin", "cosh"}) == "cosh");
    BOOST_TEST(nearest("is", {"at"}) == "");
    BOOST_TEST(nearest("logistic", names) == "");
    BOOST_TEST(suggestion("thnh", names, "activations") == "did you mean 'tanh'?");
    BOOST_TEST(suggestion("gelu2d", names, "activations") == "activations are relu, tanh, sin");
    BOOST_TEST(suggestion("a", {}, "activations") == "there are no activations");
}

BOOST_AUTO_TEST_SUITE_END()
