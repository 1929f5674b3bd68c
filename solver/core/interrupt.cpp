// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace widelimit {
namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

thread_local bool may_be_given_up = false;

constexpr std::array numbers{SIGINT, SIGTERM, SIGHUP};

/// Whoever ignores SIGHUP, as nohup does, wants the run to go on.
bool is_ignored(int number)
{
    struct sigaction present = {};
    return number == SIGHUP && ::sigaction(number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN;
}

void handle_all(void (*handler)(int))
{
    for (const int number : numbers) {
        if (!is_ignored(number)) {
            std::signal(number, handler);
        }
    }
}

/// A second signal, whichever it is, ends the program at once.
extern "C" void remember(int number)
{
    caught.store(number);
    handle_all(SIG_DFL);
}

}  // namespace

void catch_interrupts()
{
    caught.store(0);
    handle_all(remember);
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
