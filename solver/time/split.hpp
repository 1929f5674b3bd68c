// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/time/stepper.hpp"

namespace widelimit {

std::unique_ptr<Stepper> make_split(const StepperOptions& options);

/// limit / speed; infinity where the clock stands still.
double over_speed(double limit, double speed);

}  // namespace widelimit
