// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace widelimit {
namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

thread_local bool may_be_given_up = false;

extern "C" void remember(int number)
{
    caught.store(number);
    for (const int each : {SIGINT, SIGTERM, SIGHUP}) {
        std::signal(each, SIG_DFL);
    }
}

}  // namespace

void catch_interrupts()
{
    caught.store(0);
    std::signal(SIGINT, remember);
    std::signal(SIGTERM, remember);
    if (std::signal(SIGHUP, remember) == SIG_IGN) {
        std::signal(SIGHUP, SIG_IGN);
    }
}

int interrupted()
{
    return caught.load();
}

Interruptible::Interruptible() : before_(may_be_given_up)
{
    may_be_given_up = true;
}

Interruptible::~Interruptible()
{
    may_be_given_up = before_;
}

void interruption_point()
{
    if (may_be_given_up && interrupted() != 0) {
        throw Interruption{};
    }
}

}  // namespace widelimit
