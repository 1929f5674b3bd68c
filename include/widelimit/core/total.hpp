// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Sum of the values by halves, to a few units of round-off of the sum of their sizes; a plain sum of n
/// nearly equal numbers is off by up to n units, always to the same side.
double total(const Eigen::Ref<const Field>& values);

}  // namespace widelimit
