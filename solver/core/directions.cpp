// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/directions.hpp"

#include <cmath>
#include <cstdint>

#include "widelimit/core/elementary.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// pi / 2, of which `high` has 33 bits: its products with a number of turns below 2^20 are exact.
constexpr double high = 1.57079632673412561417, low = 6.07710050650619224932e-11;
constexpr double per_quarter = 6.36619772367581382433e-01;
constexpr double farthest = 1e6;

/// False if one of them is too far from 0, or no number.
WIDELIMIT_WIDE_LOOP bool near_directions(const double* angles, Index count, double* __restrict cosines,
                                         double* __restrict sines)
{
    std::int64_t far = 0;
    for (Index k = 0; k < count; ++k) {
        const double quarters = nearest_whole(angles[k] * per_quarter);
        const CosineAndSine w = turned(quarters, (angles[k] - quarters * high) - quarters * low);
        cosines[k] = w.cosine;
        sines[k] = w.sine;
        far |= std::abs(angles[k]) <= farthest ? 0 : 1;
    }
    return far == 0;
}

}  // namespace

void directions(const double* angles, Index count, double* cosines, double* sines)
{
    if (near_directions(angles, count, cosines, sines)) {
        return;
    }
    for (Index k = 0; k < count; ++k) {
        if (!(std::abs(angles[k]) <= farthest)) {
            cosines[k] = std::cos(angles[k]);
            sines[k] = std::sin(angles[k]);
        }
    }
}

Matrix directions(const double* angles, Index count)
{
    Matrix w(count, 2);
    directions(angles, count, w.col(0).data(), w.col(1).data());
    return w;
}

}  // namespace widelimit
