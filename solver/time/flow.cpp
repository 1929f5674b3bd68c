// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/flow.hpp"

#include "widelimit/core/passes.hpp"

namespace widelimit {

void Flow::rate(const Field& state, Field& rate, double t)
{
    prepare(state, t);
    rate.resize(state.size());
    for_each_block(blocks_of_values(state.size()),
                   [&](Index first, Index count) { rate.segment(first, count).setZero(); });
    for (const auto& part : parts()) {
        part->add_rate(state, rate);
    }
    if (const double s = speed(t); s != 1.0) {
        rate *= s;
    }
}

void Flow::stage(const Field& state, double t, double dt, const Field& start, double share, Field& out)
{
    rate(state, rate_, t);
    out.resize(state.size());
    for_each_block(blocks_of_values(state.size()), [&](Index first, Index count) {
        const auto y = state.segment(first, count) + dt * rate_.segment(first, count);
        if (share == 0.0) {
            out.segment(first, count) = y;
        } else {
            out.segment(first, count) = y + share * (start.segment(first, count) - y);
        }
    });
}

Field Flow::sizes(const Field& before, const Field& after) const
{
    return (1.0 + before.array().abs().max(after.array().abs())).matrix();
}

}  // namespace widelimit
