// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/memory.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

namespace widelimit {
BOOST_AUTO_TEST_SUITE(memory)

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool needs_address_space = true;
#else
constexpr bool needs_address_space = false;
#endif
#else
constexpr bool needs_address_space = false;
#endif

/// What memory_limit() says in a process with this `ulimit -v`.
bool is_limit_seen(rlim_t bytes)
{
    const pid_t child = fork();
    if (child == 0) {
        const rlimit limit{bytes, bytes};
        const bool set = setrlimit(RLIMIT_AS, &limit) == 0;
        const MemoryLimit found = memory_limit();
        const bool seen = found.bytes == static_cast<double>(bytes);
        _exit(set && seen && found.source == "that ulimit -v allows" ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_limit_is_that_of_the_machine_or_less)
{
    const double physical =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    BOOST_TEST(memory_limit().bytes <= physical);
    BOOST_TEST(memory_limit().bytes > 1e6);
}

BOOST_AUTO_TEST_CASE(a_limit_of_the_address_space_counts)
{
    BOOST_TEST((needs_address_space || is_limit_seen(200'000'000)));
}

BOOST_AUTO_TEST_CASE(sizes_are_readable)
{
    BOOST_TEST(bytes_text(3.25e9) == "3.25 GB");
    BOOST_TEST(bytes_text(5e8) == "500 MB");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
