// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/clock.hpp"

#include <algorithm>
#include <cstdio>

#include "widelimit/core/error.hpp"

namespace widelimit {

double Clock::propose(double limit, double next_event)
{
    const double stop = std::min(limits_.end, next_event);
    const double remaining = stop - memory_.time;
    const double dt = std::min({limits_.largest, limits_.courant * limit, memory_.bound});
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
    last_dt_ = proposed_;
    ++memory_.step;
}

void Clock::reject(const std::string& reason)
{
    ++memory_.rejected;
    memory_.bound = 0.5 * proposed_;
    if (memory_.bound < limits_.floor * std::max(1.0, limits_.end)) {
        char place[96];
        std::snprintf(place, sizeof place, "time %.17g, step %lld: ", memory_.time,
                      static_cast<long long>(memory_.step));
        throw NumericalError(place + reason + "; the step size fell below its floor");
    }
}

}  // namespace widelimit
