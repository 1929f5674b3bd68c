// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Of some cells of a slab: fluxes through their lower and upper faces along each axis.
struct SlabFluxes {
    std::array<const double*, 3> low{}, high{};
};

/// What is to be found while the fluxes of a slab are used: half the limited slopes along lines of the slab
/// behind it.  Null where there is none.
template <class Real>
struct NextSlopes {
    const Real* masses = nullptr;
    Real* slope = nullptr;

    NextSlopes from(Index cell) const
    {
        return masses == nullptr ? *this : NextSlopes{masses + cell, slope + cell};
    }
};

}  // namespace widelimit
