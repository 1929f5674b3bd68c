// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/interacting.hpp"

#include <algorithm>

namespace widelimit {
namespace {

/// The uniform law of the whole torus.
bool uniform(const JointLaw& law, const std::vector<Coordinate>& circles)
{
    if (dynamic_cast<const ProductLaw*>(&law) == nullptr) {
        return false;
    }
    for (std::size_t k = 0; k < circles.size(); ++k) {
        const auto marginal = law.marginal(static_cast<Index>(k));
        const auto* even = dynamic_cast<const Uniform*>(marginal.get());
        if (even == nullptr || !even->circle()) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool only_moves(const Problem& problem)
{
    return problem.growth.kind == Growth::Kind::none && !problem.frozen && !problem.mobility &&
           problem.amplitude == Amplitude::none && problem.speed.constant();
}

std::shared_ptr<const PlaneWave> wave_on_torus(const Problem& problem)
{
    const std::vector<Coordinate>& all = problem.coordinates;
    const bool torus = std::all_of(all.begin(), all.end(), [](const Coordinate& c) { return c.circle; });
    if (const Interaction* interaction = problem.interaction.get(); interaction != nullptr) {
        const bool even = !interaction->law || uniform(*interaction->law, all);
        if (interaction->on.size() != all.size() || interaction->atoms.rows() > 0 || !even) {
            return nullptr;
        }
    }
    return torus ? std::dynamic_pointer_cast<const PlaneWave>(problem.initial.joint) : nullptr;
}

}  // namespace widelimit
