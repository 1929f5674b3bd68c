// SPDX-License-Identifier: BSD-3-Clause
// Integrals of exponentials by their logarithms.
#include "widelimit/run/classical_clock.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

namespace widelimit {

BOOST_AUTO_TEST_SUITE(classical_clock)

BOOST_AUTO_TEST_CASE(sums_of_what_no_number_can_hold)
{
    BOOST_TEST(std::abs(log_sum(1.0, 2.0) - std::log(std::exp(1.0) + std::exp(2.0))) < 1e-15);
    BOOST_TEST(log_sum(-std::numeric_limits<double>::infinity(), 3.0) == 3.0);
    BOOST_TEST(std::abs(log_sum(1e11, 1e11) - 1e11 - std::log(2.0)) < 2e-5);
    BOOST_TEST(log_sum(1e11, -1e11) == 1e11);
}

BOOST_AUTO_TEST_CASE(the_integral_of_an_exponential_is_exact)
{
    for (const auto& [first, last] : {std::pair{0.0, 1.0}, {1.0, 0.0}, {2.0, 2.0}, {0.3, 0.3 + 1e-9}}) {
        const double rate = (last - first) / 0.7;
        const double truth =
            rate == 0.0 ? 0.7 * std::exp(first) : std::exp(first) * std::expm1(0.7 * rate) / rate;
        BOOST_TEST(std::abs(log_integral(0.7, first, last) - std::log(truth)) < 1e-12);
    }
    BOOST_TEST(std::abs(log_integral(0.5, 1e6, 2e6) - (2e6 + std::log(0.5 / 1e6))) < 1e-8);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
