// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/flush_denormals.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <thread>
#include <vector>

#include "support/threads.hpp"

using namespace widelimit;
using widelimit::test::Threads;

BOOST_AUTO_TEST_SUITE(flush_denormals)

namespace {

/// Half of the smallest normal number; volatile, so that it is not computed while compiling.
bool makes_denormals()
{
    volatile double smallest = std::numeric_limits<double>::min();
    volatile double half = 0.5 * smallest;
    return half != 0.0;
}

bool takes_denormals()
{
    volatile double denormal = std::numeric_limits<double>::denorm_min();
    volatile double scaled = denormal * 1e300;
    return scaled != 0.0;
}

/// The mode of this thread is the one asked for, where there is one.
bool flushes()
{
    return !FlushDenormals::available() || (!makes_denormals() && !takes_denormals());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_mode_comes_and_goes)
{
    BOOST_TEST((makes_denormals() && takes_denormals()));
    {
        const FlushDenormals outer;
        BOOST_TEST(flushes());
        {
            const FlushDenormals inner;
            BOOST_TEST(flushes());
        }
        BOOST_TEST(flushes());
    }
    BOOST_TEST((makes_denormals() && takes_denormals()));
}

BOOST_AUTO_TEST_CASE(every_thread_of_a_loop_flushes_and_the_caller_gets_its_mode_back)
{
    for (const int count : {1, 4}) {
        const Threads threads(count);
        std::vector<int> flushed(200, 0);
        parallel_for(200, [&](Index i) {
            flushed[static_cast<std::size_t>(i)] = flushes() ? 1 : 0;
            std::this_thread::yield();
        });
        BOOST_TEST(flushed == std::vector<int>(200, 1), boost::test_tools::per_element());
        BOOST_TEST((makes_denormals() && takes_denormals()));
    }
}

BOOST_AUTO_TEST_SUITE_END()
