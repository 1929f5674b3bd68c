// SPDX-License-Identifier: BSD-3-Clause
#include "box_loops.hpp"

#include <algorithm>
#include <array>

#include "widelimit/core/instructions.hpp"

namespace widelimit {

WIDELIMIT_WIDE_LOOP void add_outflows(const double* low, const double* here, const double* high,
                                      double factor, Index count, double* __restrict out)
{
    for (Index k = 0; k < count; ++k) {
        out[k] += factor * (std::max(here[k] - low[k], 0.0) + std::max(here[k] - high[k], 0.0));
    }
}

WIDELIMIT_WIDE_LOOP double largest_of(const double* values, Index count)
{
    std::array<double, 8> most{};
    Index k = 0;
    for (; k + 8 <= count; k += 8) {
        for (std::size_t j = 0; j < 8; ++j) {
            most[j] = std::max(most[j], values[k + static_cast<Index>(j)]);
        }
    }
    for (; k < count; ++k) {
        most[0] = std::max(most[0], values[k]);
    }
    return *std::max_element(most.begin(), most.end());
}

}  // namespace widelimit
