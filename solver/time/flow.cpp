// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/flow.hpp"

namespace widelimit {

void Flow::rate(const Field& state, Field& rate, double t)
{
    prepare(state, t);
    rate.setZero(state.size());
    for (const auto& part : parts()) {
        part->add_rate(state, rate);
    }
    if (const double s = speed(t); s != 1.0) {
        rate *= s;
    }
}

Field Flow::sizes(const Field& before, const Field& after) const
{
    return (1.0 + before.array().abs().max(after.array().abs())).matrix();
}

}  // namespace widelimit
