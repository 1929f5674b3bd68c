// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <numbers>

namespace widelimit {

inline constexpr double pi = std::numbers::pi;
inline constexpr double infinite = std::numeric_limits<double>::infinity();
/// There is no such value: NaN.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace widelimit
