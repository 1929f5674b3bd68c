// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Random numbers without a state: each is a pure function of (seed, network, particle, draw), so that no
/// result depends on the order or the thread in which it was asked for.
///
/// Philox4x32-10 (Salmon et al., SC 2011), the seed as its key and the rest as its counter; a 64-bit number
/// is the first half of the block.
class Stream {
public:
    Stream(std::uint64_t seed, std::uint32_t network, std::uint32_t particle)
        : seed_(seed), network_(network), particle_(particle)
    {}

    std::uint64_t bits(std::uint64_t draw) const;
    /// One of the 2^52 odd multiples of 2^-53, hence never 0 nor 1, and symmetric about 1/2.
    double uniform(std::uint64_t draw) const;
    /// Standard normal, by the formula of Box and Muller from both halves of the block.
    double normal(std::uint64_t draw) const;
    /// The same, to the bit, of this particle and those that follow it, of one network.
    void normals(std::uint64_t draw, Eigen::Ref<Field> of_particles) const;
    /// 0, ..., count - 1 with equal probability up to count * 2^-52; count > 0.
    Index below(Index count, std::uint64_t draw) const;

private:
    struct Block {
        std::uint64_t first, second;
    };
    Block block(std::uint64_t draw) const;

    std::uint64_t seed_;
    std::uint32_t network_, particle_;
};

}  // namespace widelimit
