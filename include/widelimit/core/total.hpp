// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Passes over many values, shared by the threads.

/// Sum of the values by halves, to a few units of round-off of the sum of their sizes; a plain sum of n
/// nearly equal numbers is off by up to n units, always to the same side.
double total(const Eigen::Ref<const Field>& values);

/// Whether all of them are finite numbers.
bool all_finite(const Eigen::Ref<const Field>& values);
/// Infinity if there are none.
double lowest(const Eigen::Ref<const Field>& values);

}  // namespace widelimit
