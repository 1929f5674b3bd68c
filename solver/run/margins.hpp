// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/metrics.hpp"

namespace widelimit {

// Metrics of labels and of growth; NaN where there are none.

/// min_i y_i f_i / mass.
double margin(const Look& look);
/// -log(sum_i exp(-y_i f_i)) / mass.
double smooth_margin(const Look& look);
/// d log mass / dt of the growth law, speed left out.
double mass_rate(const Look& look);
/// log R(f), in the soft clock of the risk in its own clock.
double log_risk(const Look& look);

}  // namespace widelimit
