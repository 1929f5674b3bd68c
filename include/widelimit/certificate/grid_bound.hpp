// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/energy/free_energy.hpp"

namespace widelimit {

/// (F - D) / |F| for min over mu >= 0 on the grid's sites of R(f) + int V dmu, where
///
///     D = max over s in [0, 1] of -R*(s r),  s sum_i r_i phi_i + V >= 0 at every site,
///
/// is the dual value of the scaled slope r = R'(f).  A bound over grid columns only: it says nothing about
/// neurons between the sites.  NaN without data, with temperature, or where V <= 0 leaves only s = 0.
double relative_grid_gap(const FreeEnergy& energy, const FreeEnergy::Evaluation& evaluation);

}  // namespace widelimit
