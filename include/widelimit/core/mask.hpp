// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstdint>

namespace widelimit {

/// The number where the condition holds, otherwise 0: in a loop of vectors a mask, where a choice can become
/// two versions of all that follows.
inline double kept_if(bool condition, double number)
{
    return std::bit_cast<double>(std::bit_cast<std::int64_t>(number) & -static_cast<std::int64_t>(condition));
}

inline float kept_if(bool condition, float number)
{
    return std::bit_cast<float>(std::bit_cast<std::int32_t>(number) & -static_cast<std::int32_t>(condition));
}

}  // namespace widelimit
