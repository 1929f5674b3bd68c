// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/core/blocks.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {

/// Neurons whose features at some hundred data stay in the second-level cache.  A second thread is worth
/// waking for so many pairs of a neuron and a datum, some 25 microseconds where a pair is least.
inline Blocks pair_blocks(Index neurons, Index data)
{
    constexpr Index size = 256, pairs = 65536;
    return {neurons, size, std::max<Index>(2, pairs / (size * std::max<Index>(1, data)))};
}

/// Neurons that do not move after all.
std::unique_ptr<FeatureSums> resting_neurons(std::unique_ptr<MovingNeurons> neurons, const Matrix& points);

}  // namespace widelimit
