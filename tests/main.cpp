// SPDX-License-Identifier: BSD-3-Clause
// The main function shared by every test executable; test files only include <boost/test/unit_test.hpp>.
#define BOOST_TEST_MODULE widelimit
#include <boost/test/unit_test.hpp>
