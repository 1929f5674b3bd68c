// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstdio>

#include "widelimit/run/observer.hpp"

namespace widelimit {
namespace {

class StateGuard : public Observer {
public:
    explicit StateGuard(Index masses) : masses_(masses) {}

    std::string objection(const Clock&, const Field&, const Field& trial) override
    {
        for (Index i = 0; i < trial.size(); ++i) {
            if (!std::isfinite(trial[i]) || (i < masses_ && trial[i] < 0.0)) {
                char text[96];
                std::snprintf(text, sizeof text, "%s at site %lld (%g)",
                              std::isfinite(trial[i]) ? "negative mass" : "not a finite number",
                              static_cast<long long>(i), trial[i]);
                return text;
            }
        }
        return {};
    }

private:
    Index masses_;
};

}  // namespace

std::unique_ptr<Observer> make_state_guard(Index masses)
{
    return std::make_unique<StateGuard>(masses);
}

}  // namespace widelimit
