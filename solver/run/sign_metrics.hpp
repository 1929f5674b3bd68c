// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// Mass of the neurons of a sign (0: positive, 1: negative); NaN where there is only one.
double sign_mass(const Look& look, Index sign);

/// W_2 between the neurons of a sign, of mass one, and an atom at an end of the only coordinate: the root of
/// the mean square distance to it.
double distance_to_end(const Look& look, Index sign, bool upper);

}  // namespace widelimit
