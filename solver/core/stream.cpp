// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/stream.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace widelimit {

namespace {

double to_uniform(std::uint64_t bits)
{
    return static_cast<double>(bits >> 11 | 1) * 0x1p-53;
}

}  // namespace

Stream::Block Stream::block(std::uint64_t draw) const
{
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    const r123::Philox4x32::ctr_type counter = {{low(draw), high(draw), particle_, network_}};
    const r123::Philox4x32::key_type key = {{low(seed_), high(seed_)}};
    const auto block = r123::Philox4x32()(counter, key);
    return {block[0] | static_cast<std::uint64_t>(block[1]) << 32,
            block[2] | static_cast<std::uint64_t>(block[3]) << 32};
}

std::uint64_t Stream::bits(std::uint64_t draw) const
{
    return block(draw).first;
}

double Stream::uniform(std::uint64_t draw) const
{
    return to_uniform(bits(draw));
}

double Stream::normal(std::uint64_t draw) const
{
    const Block both = block(draw);
    const double radius = std::sqrt(-2.0 * std::log(to_uniform(both.first)));
    return radius * std::cos(2.0 * std::numbers::pi * to_uniform(both.second));
}

Index Stream::below(Index count, std::uint64_t draw) const
{
    const double place = uniform(draw) * static_cast<double>(count);
    return std::min(static_cast<Index>(place), count - 1);
}

}  // namespace widelimit
