// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/stream.hpp"

#include <Random123/philox.h>

#include <algorithm>

namespace widelimit {

std::uint64_t Stream::bits(std::uint64_t draw) const
{
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    const r123::Philox4x32::ctr_type counter = {{low(draw), high(draw), particle_, network_}};
    const r123::Philox4x32::key_type key = {{low(seed_), high(seed_)}};
    const auto block = r123::Philox4x32()(counter, key);
    return block[0] | static_cast<std::uint64_t>(block[1]) << 32;
}

double Stream::uniform(std::uint64_t draw) const
{
    return static_cast<double>(bits(draw) >> 11 | 1) * 0x1p-53;
}

Index Stream::below(Index count, std::uint64_t draw) const
{
    const double place = uniform(draw) * static_cast<double>(count);
    return std::min(static_cast<Index>(place), count - 1);
}

}  // namespace widelimit
