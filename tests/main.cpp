// SPDX-License-Identifier: BSD-3-Clause
// The main function shared by every test executable; test files only include <boost/test/unit_test.hpp>.
#include <boost/test/unit_test.hpp>

static bool name_the_module()
{
    boost::unit_test::framework::master_test_suite().p_name.value = "widelimit";
    return true;
}

int main(int count, char* words[])
{
    return boost::unit_test::unit_test_main(&name_the_module, count, words);
}
