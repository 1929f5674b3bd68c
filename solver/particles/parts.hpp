// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {

/// theta' = -M grad psi.
std::unique_ptr<Part> make_particle_transport(const ParticleFlow& flow);
/// (log m)' = -kappa (psi - c).
std::unique_ptr<Part> make_particle_growth(const ParticleFlow& flow);

}  // namespace widelimit
