// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// Masses of either sign, and how far its neurons are from an end of the line.
std::map<std::string, StateMetric> sign_metrics();

}  // namespace widelimit
