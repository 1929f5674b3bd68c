// SPDX-License-Identifier: BSD-3-Clause
// Sums of exponentials that no number can hold.
#include "widelimit/core/log_sum.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

namespace widelimit {
BOOST_AUTO_TEST_SUITE(log_sums)

namespace {

Field pair(double a, double b)
{
    return (Field(2) << a, b).finished();
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_numbers_of_any_size)
{
    BOOST_TEST(std::abs(log_sum_exp(pair(1.0, 2.0)) - std::log(std::exp(1.0) + std::exp(2.0))) < 1e-15);
    BOOST_TEST(log_sum_exp(pair(-std::numeric_limits<double>::infinity(), 3.0)) == 3.0);
    BOOST_TEST(std::abs(log_sum_exp(pair(1e11, 1e11)) - 1e11 - std::log(2.0)) < 2e-5);
    BOOST_TEST(log_sum_exp(pair(1e11, -1e11)) == 1e11);
}

BOOST_AUTO_TEST_CASE(shares_sum_to_one)
{
    const Field shares = softmax(pair(-1e11, -1e11 + 1.0));
    BOOST_TEST(std::abs(shares.sum() - 1.0) < 1e-15);
    BOOST_TEST(std::abs(shares[1] / shares[0] - std::exp(1.0)) < 1e-4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
