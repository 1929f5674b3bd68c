// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/core/blocks.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {

/// Numbers of the particles of a block stay in the first cache; eight blocks of a few nanoseconds a particle
/// are worth a second thread.
inline Blocks particle_blocks(Index particles)
{
    return {particles, 1024, 8};
}

/// theta' = -M grad psi.
std::unique_ptr<Part> make_particle_transport(const ParticleFlow& flow);
/// (log m)' = -kappa (psi - c).
std::unique_ptr<Part> make_particle_growth(const ParticleFlow& flow);

}  // namespace widelimit
