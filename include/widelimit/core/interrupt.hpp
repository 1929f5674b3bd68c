// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace widelimit {

/// From now on SIGINT, SIGTERM and SIGHUP only ask a run to stop; a second signal ends the program at once.
/// A SIGHUP that the program was started to ignore (nohup) stays ignored.  Forgets an earlier signal.
void catch_interrupts();

/// The signal that asked, 0 if none did.
int interrupted();

/// Thrown by interruption_point(); nothing was committed.
struct Interruption {};

/// While one lives, interruption_point() in the same thread may throw: set around work that can be given up.
class Interruptible {
public:
    Interruptible();
    ~Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;

private:
    bool before_;
};

/// Throws Interruption if the program was asked to stop and the work at hand can be given up.  To be called
/// once per pass over data that may take a good part of a second.
void interruption_point();

}  // namespace widelimit
