// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace widelimit {
namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

/// A second signal ends the program at once.
extern "C" void remember(int number)
{
    caught.store(number);
    std::signal(number, SIG_DFL);
}

}  // namespace

void catch_interrupts()
{
    caught.store(0);
    std::signal(SIGINT, remember);
    std::signal(SIGTERM, remember);
}

int interrupted()
{
    return caught.load();
}

}  // namespace widelimit
