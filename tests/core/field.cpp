// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/field.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

#include "widelimit/core/prefetch.hpp"

using namespace widelimit;

BOOST_AUTO_TEST_SUITE(field)

BOOST_AUTO_TEST_CASE(arrays_start_where_a_line_of_the_cache_does)
{
    std::vector<Field> fields;
    for (const Index size : {1, 3, 1000, 1000000}) {
        fields.push_back(Field::Zero(size));
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(fields.back().data()) % line_of_cache == 0u);
    }
}

BOOST_AUTO_TEST_SUITE_END()
