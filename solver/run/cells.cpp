// SPDX-License-Identifier: BSD-3-Clause
#include "cells.hpp"

#include <algorithm>
#include <cmath>

namespace widelimit {

Index cell_at(const DividedAxis& axis, double place)
{
    const Index above = std::upper_bound(axis.lower.begin(), axis.lower.end(), place) - axis.lower.begin();
    return std::clamp<Index>(above - 1, 0, axis.cells() - 1);
}

Index cell_at(const Grid& grid, const Field& point)
{
    Index cell = 0;
    if (grid.sphere()) {
        (grid.coordinates().leftCols(grid.cells()).transpose() * point).maxCoeff(&cell);
        return cell;
    }
    for (std::size_t k = 0; k < grid.axes().size(); ++k) {
        const DividedAxis& axis = grid.axes()[k];
        double place = point[static_cast<Index>(k)];
        if (axis.circle) {  // its first cell may begin anywhere
            place -= axis.length() * std::floor((place - axis.lower[0]) / axis.length());
        }
        cell = cell * axis.cells() + cell_at(axis, place);
    }
    return cell;
}

}  // namespace widelimit
