// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// Metrics of the kernel regime; NaN where the case has none.
std::map<std::string, StateMetric> kernel_metrics();

}  // namespace widelimit
