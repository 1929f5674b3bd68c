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
    rate *= speed(t);
}

}  // namespace widelimit
