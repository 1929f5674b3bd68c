// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace widelimit {

/// From now on SIGINT and SIGTERM only ask a run to stop after its current step.
void catch_interrupts();

/// The signal that asked, 0 if none did.
int interrupted();

}  // namespace widelimit
