// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/observer.hpp"
#include "widelimit/time/clock.hpp"
#include "widelimit/time/flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// The main loop, the same for measures on a grid and for particles.  Only here is a step committed.
///
/// Ends when the clock has finished, or after the current step when the program was asked to stop (see
/// interrupt.hpp); a step during which that happens is given up, and so is the start, with an Interruption.
/// NumericalError "time t, step k: ..." if it cannot go on: the observers have then finished with the last
/// good state.
void evolve(Flow& flow, Field& state, Stepper& stepper, Clock& clock, Observers& observers);

/// NumericalError "time t, step k: reason".
[[noreturn]] void fail(const Clock& clock, const std::string& reason);

}  // namespace widelimit
