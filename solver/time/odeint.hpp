// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/time/stepper.hpp"

namespace widelimit {

std::unique_ptr<Stepper> make_euler();
std::unique_ptr<Stepper> make_euler_maruyama();
std::unique_ptr<Stepper> make_ssp_rk3();
std::unique_ptr<Stepper> make_rk4();

}  // namespace widelimit
