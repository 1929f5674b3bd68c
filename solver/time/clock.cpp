// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/clock.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "widelimit/core/error.hpp"

namespace widelimit {

double Clock::propose(double limit, double next_event)
{
    const double stop = std::min(limits_.end, next_event);
    const double remaining = stop - memory_.time;
    const double allowed = std::min(limits_.largest, limits_.courant * limit);
    const double dt = std::min(allowed, memory_.bound);
    stable_ = std::isfinite(allowed) ? allowed : 1e-3 * remaining;
    shortened_by_end_ = limits_.end <= next_event && remaining < 2.0 * dt;
    if (remaining <= dt * (1.0 + 1e-9)) {
        proposed_ = remaining;
        target_ = stop;
    } else {
        proposed_ = remaining < 2.0 * dt ? 0.5 * remaining : dt;
        target_ = memory_.time + proposed_;
    }
    return proposed_;
}

void Clock::accept()
{
    memory_.time = target_;
    memory_.bound *= 1.25;
    memory_.last_dt = proposed_;
    ++memory_.step;
    accepted_ = memory_;
}

void Clock::reject(const std::string& reason)
{
    ++memory_.rejected;
    memory_.bound = 0.5 * proposed_;
    if (memory_.bound < std::max(limits_.floor * stable_, 1e-13 * std::max(1.0, memory_.time))) {
        char place[96], size[96];
        std::snprintf(place, sizeof place, "time %.17g, step %lld: ", memory_.time,
                      static_cast<long long>(memory_.step));
        std::snprintf(size, sizeof size, "; a step of %.3g is still refused (stable: %.3g)", proposed_,
                      stable_);
        memory_ = accepted_;
        throw NumericalError(place + reason + size);
    }
}

}  // namespace widelimit
