// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/core/blocks.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {

/// Points of a block of neurons: their features at some hundred nodes stay in the second-level cache.  Eight
/// blocks are worth a second thread.
inline Blocks neuron_blocks(Index neurons)
{
    return {neurons, 256, 8};
}

/// Neurons that do not move after all.
std::unique_ptr<FeatureSums> resting_neurons(std::unique_ptr<MovingNeurons> neurons, const Matrix& points);

}  // namespace widelimit
