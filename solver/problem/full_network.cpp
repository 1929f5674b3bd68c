// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/full_network.hpp"

namespace widelimit {

Field Draws::normals(Index count)
{
    Field all(count);
    for (Index i = 0; i < count; ++i) {
        all[i] = normal();
    }
    return all;
}

Field Draws::direction(Index dimension)
{
    const Field all = normals(dimension);
    return all / all.norm();
}

}  // namespace widelimit
