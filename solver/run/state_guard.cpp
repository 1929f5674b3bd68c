// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>

#include "widelimit/core/passes.hpp"
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
        return all_finite(state) && lowest(state.head(masses_)) >= 0.0;
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
