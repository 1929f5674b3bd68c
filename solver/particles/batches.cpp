// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

#include "widelimit/core/stream.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {

void ParticleFlow::begin_step(std::int64_t step)
{
    step_ = step;
    if (batch_ > 0) {
        prepared_.resize(0);
    }
}

Field ParticleFlow::drawn_slope(const Field& slope) const
{
    if (batch_ == 0) {
        return slope;
    }
    // No particle has the last number.
    const Stream stream(seed_, static_cast<std::uint32_t>(layout_.width), 0xFFFFFFFFU);
    const Field& weights = problem_->risk->nodes().weights;
    const double whole = weights.sum();
    std::vector<double> up_to;
    std::partial_sum(weights.begin(), weights.end(), std::back_inserter(up_to));
    Field drawn = Field::Zero(slope.size());
    for (Index k = 0; k < batch_; ++k) {
        const double place = whole * stream.uniform(static_cast<std::uint64_t>(step_ * batch_ + k));
        const auto found = std::upper_bound(up_to.begin(), up_to.end() - 1, place);
        const Index i = found - up_to.begin();
        drawn[i] += slope[i] * whole / (static_cast<double>(batch_) * weights[i]);
    }
    return drawn;
}

}  // namespace widelimit
