// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "parts.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {
namespace {

/// Of Flow::stage: with y = state - step * (slope - level), out = y + share * (start - y).
struct Fall {
    const double *state, *slope, *start;
    double step, level, share;
    Index count;
};

WIDELIMIT_WIDE_LOOP void fall(const Fall& along, double* __restrict out)
{
    const double *state = along.state, *slope = along.slope, *start = along.start;
    const double step = along.step, level = along.level, share = along.share;
    for (Index k = 0; k < along.count; ++k) {
        const double y = state[k] - step * (slope[k] - level);
        out[k] = y + share * (start[k] - y);
    }
}

}  // namespace

/// Where neurons fall along - grad psi, all that follows the sums over nodes is one loop.
void ParticleFlow::stage(const Field& state, double t, double dt, const Field& start, double share,
                         Field& out)
{
    if (problem_->frozen || problem_->mobility || problem_->warm()) {
        Flow::stage(state, t, dt, start, share, out);
        return;
    }
    const Evaluation& e = evaluation_;
    const double step = dt * speed(t), kappa = problem_->growth.kappa;
    const bool grows = problem_->growth.kind != Growth::Kind::none,
               by_itself = problem_->growth.kind != Growth::Kind::mean_preserving;
    const Index rank = layout_.coordinates;
    double offset = 0.0;
    out.resize(state.size());
    const VisitBlock set = [&](Index first, Index count) {
        const auto from = [&](Index entry, const double* slope, double by, double level, Index entries) {
            fall({state.data() + entry, slope, start.data() + entry, by, level, share, entries},
                 out.data() + entry);
        };
        from(rank * first, e.gradient.col(first).data(), step, 0.0, rank * count);
        from(rank * layout_.width + first, e.potential.data() + first, grows ? step * kappa : 0.0, offset,
             count);
    };
    if (evaluate(state, t, by_itself ? set : nullptr) && by_itself) {
        return;
    }
    offset = growth_offset(e.potential, e.masses);
    for_each_block(particle_blocks(layout_.width), set);
}

}  // namespace widelimit
