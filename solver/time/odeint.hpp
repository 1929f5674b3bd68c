// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/time/stepper.hpp"

namespace widelimit {

std::unique_ptr<Stepper> make_dopri5(const StepperOptions& options);
std::unique_ptr<Stepper> make_euler(const StepperOptions& options);
std::unique_ptr<Stepper> make_euler_maruyama(const StepperOptions& options);
std::unique_ptr<Stepper> make_ssp_rk3(const StepperOptions& options);
std::unique_ptr<Stepper> make_ssp_rk4(const StepperOptions& options);
std::unique_ptr<Stepper> make_rk4(const StepperOptions& options);

}  // namespace widelimit
