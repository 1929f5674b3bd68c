// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "widelimit/core/blocks.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {
namespace {

class StateGuard : public Observer {
public:
    StateGuard(Index masses, EntryName name) : masses_(masses), name_(std::move(name)) {}

    void start(Clock& clock, const Field& state) override
    {
        if (const std::string reason = complaint(state); !reason.empty()) {
            fail(clock, reason);
        }
    }
    std::string objection(const Clock&, const Field&, const Field& trial) override
    {
        return complaint(trial);
    }

private:
    std::string complaint(const Field& state) const
    {
        if (is_sound(state)) {
            return {};
        }
        for (Index i = 0; i < state.size(); ++i) {
            const bool finite = std::isfinite(state[i]);
            if (!finite || (i < masses_ && state[i] < 0.0)) {
                return fmt::format("{} in {}: {}", finite ? "negative mass" : "not a finite number", name_(i),
                                   state[i]);
            }
        }
        return {};
    }

    /// All at once, without saying which entry is not.
    bool is_sound(const Field& state) const
    {
        std::atomic<bool> sound = true;
        for_each_block({state.size(), 32768, 4}, [&](Index first, Index count) {
            const auto part = state.segment(first, count);
            const Index masses = std::clamp(masses_ - first, Index{0}, count);
            const double highest = part.maxCoeff<Eigen::PropagateNaN>();
            const double lowest = part.minCoeff<Eigen::PropagateNaN>();
            const double least = masses > 0 ? part.head(masses).minCoeff() : 0.0;
            if (!(highest <= std::numeric_limits<double>::max() &&
                  lowest >= -std::numeric_limits<double>::max() && least >= 0.0)) {
                sound = false;
            }
        });
        return sound;
    }

    Index masses_;
    EntryName name_;
};

}  // namespace

std::unique_ptr<Observer> make_state_guard(Index masses, EntryName name)
{
    return std::make_unique<StateGuard>(masses, std::move(name));
}

}  // namespace widelimit
