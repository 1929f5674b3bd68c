// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/problem/coordinate.hpp"

namespace widelimit {

/// Places on a line, in the plane or in space: x, y, z.
inline std::vector<Coordinate> places(Index rank)
{
    std::vector<Coordinate> all;
    for (Index k = 0; k < rank; ++k) {
        all.push_back({std::string(1, "xyz"[k]), "place along an axis"});
    }
    return all;
}

}  // namespace widelimit
