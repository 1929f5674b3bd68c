// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/total.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(sums_by_halves)

BOOST_AUTO_TEST_CASE(small_sums_are_exact)
{
    for (const Index n : {0, 1, 2, 63, 64, 65, 127, 129, 1000}) {
        BOOST_TEST(total(Field::LinSpaced(n, 1.0, static_cast<double>(n))) ==
                   0.5 * static_cast<double>(n) * static_cast<double>(n + 1));
    }
}

/// As many equal masses; plain sums are off by 2e-13, 7e-13 and 2e-12 here.
BOOST_AUTO_TEST_CASE(nearly_equal_masses_keep_their_sum)
{
    for (const Index n : {45 * 45 * 45, 54 * 54 * 54, 1000003}) {
        const Field even = Field::Constant(n, 1.0 / static_cast<double>(n));
        BOOST_TEST(std::abs(total(even) - 1.0) < 2e-15);
    }
}

BOOST_AUTO_TEST_SUITE_END()
