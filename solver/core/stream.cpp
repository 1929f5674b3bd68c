// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/stream.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "widelimit/core/elementary.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {

namespace {

double to_uniform(std::uint64_t bits)
{
    return static_cast<double>(bits >> 11 | 1) * 0x1p-53;
}

/// Box and Muller, from two numbers between 0 and 1.
[[gnu::always_inline]] inline double to_normal(double first, double second)
{
    const double radius = std::sqrt(-2.0 * natural_log(first));
    const double quarters = nearest_whole(4.0 * second);
    return radius * turned(quarters, (4.0 * second - quarters) * (0.5 * std::numbers::pi)).cosine;
}

/// first[k] becomes normal.
WIDELIMIT_WIDE_LOOP void to_normals(double* __restrict first, const double* second, Index count)
{
    for (Index k = 0; k < count; ++k) {
        first[k] = to_normal(first[k], second[k]);
    }
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
    return to_normal(to_uniform(both.first), to_uniform(both.second));
}

void Stream::normals(std::uint64_t draw, Eigen::Ref<Field> of_particles) const
{
    Field second(of_particles.size());
    Stream particle = *this;
    for (Index k = 0; k < second.size(); ++k, ++particle.particle_) {
        const Block both = particle.block(draw);
        of_particles[k] = to_uniform(both.first);
        second[k] = to_uniform(both.second);
    }
    to_normals(of_particles.data(), second.data(), second.size());
}

Index Stream::below(Index count, std::uint64_t draw) const
{
    const double place = uniform(draw) * static_cast<double>(count);
    return std::min(static_cast<Index>(place), count - 1);
}

}  // namespace widelimit
