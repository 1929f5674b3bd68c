// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/processors.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <thread>

#include "support/scratch.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(processors_in_use)

BOOST_AUTO_TEST_CASE(are_some_of_those_of_the_machine)
{
    BOOST_TEST(processors() >= 1);
    BOOST_TEST(processors() <= std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

BOOST_AUTO_TEST_CASE(a_quota_is_a_number_of_them)
{
    const Scratch folder;
    const std::string path = folder.path().string();
    const auto write = [&](const char* name, const char* text) { std::ofstream(folder / name) << text; };
    BOOST_TEST(std::isinf(processor_quota(path, true)));
    BOOST_TEST(std::isinf(processor_quota(path, false)));
    write("cpu.max", "max 100000\n");
    BOOST_TEST(std::isinf(processor_quota(path, true)));
    write("cpu.max", "150000 100000\n");
    BOOST_TEST(processor_quota(path, true) == 1.5);
    write("cpu.cfs_period_us", "50000\n");
    write("cpu.cfs_quota_us", "-1\n");
    BOOST_TEST(std::isinf(processor_quota(path, false)));
    write("cpu.cfs_quota_us", "100000\n");
    BOOST_TEST(processor_quota(path, false) == 2.0);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace widelimit
