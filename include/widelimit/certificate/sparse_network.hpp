// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/certificate/units.hpp"
#include "widelimit/energy/free_energy.hpp"

namespace widelimit {

/// The clusters of a measure, signs apart: neighbouring sites above a share of the largest site's mass (1e-2
/// on several axes), each cluster a neuron at its centre of mass; point cells are neurons of their own, as
/// are cells that stand alone.  Angles are those of the circle.
SparseNetwork clusters(const FreeEnergy& energy, const Field& state, double share = 1e-8);

}  // namespace widelimit
