// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace widelimit {

/// From now on SIGINT, SIGTERM and SIGHUP (unless it is ignored) only ask a run to stop after its current
/// step.
void catch_interrupts();

/// The signal that asked, 0 if none did.
int interrupted();

/// What a shell makes of a program that the signal has ended: 129, 130 or 143.
constexpr int exit_code_of_signal(int number)
{
    return 128 + number;
}

}  // namespace widelimit
