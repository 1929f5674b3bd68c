// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/observer.hpp"
#include "widelimit/time/clock.hpp"
#include "widelimit/time/flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// The main loop, the same for measures on a grid and for particles.  Only here is a step committed.
void evolve(Flow& flow, Field& state, Stepper& stepper, Clock& clock, Observers& observers);

/// Ends a run at its last good state: called by `evolve`, and after a failed computation.
void finish(Observers& observers, Clock& clock, const Field& state);

}  // namespace widelimit
