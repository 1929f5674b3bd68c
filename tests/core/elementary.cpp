// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/elementary.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {

BOOST_AUTO_TEST_SUITE(elementary_functions)

/// Against the function of one number in a longer type.
BOOST_AUTO_TEST_CASE(exponentials_are_right_to_round_off)
{
    constexpr double unit = std::numeric_limits<double>::epsilon();
    unsigned seed = 0;
    for (const double most : {1e-12, 0.3, 1.0, 40.0, 708.0}) {
        const Field x = test::random_field(20001, -most, most, ++seed);
        double worst = 0.0;
        for (const double at : x) {
            const long double exact = std::exp(static_cast<long double>(at));
            worst = std::max(worst, static_cast<double>(std::abs(natural_exp(at) - exact) / exact));
        }
        BOOST_TEST(worst < unit, most);
    }
}

BOOST_AUTO_TEST_CASE(exponentials_at_the_ends)
{
    BOOST_TEST(natural_exp(0.0) == 1.0);
    BOOST_TEST(natural_exp(-0.0) == 1.0);
    BOOST_TEST(natural_exp(1e-300) == 1.0);
    BOOST_TEST(natural_exp(-709.0) == 0.0);
    BOOST_TEST(natural_exp(-infinite) == 0.0);
    BOOST_TEST(natural_exp(709.78) == std::exp(709.78), boost::test_tools::tolerance(1e-15));
    BOOST_TEST(natural_exp(709.79) == infinite);
    BOOST_TEST(natural_exp(infinite) == infinite);
    BOOST_TEST(std::isnan(natural_exp(std::nan(""))));
    BOOST_TEST(natural_exp(-708.0) > 0.0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
