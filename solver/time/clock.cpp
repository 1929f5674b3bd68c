// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/clock.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// What a method of order 5 with an estimate of order 4 may change its step by; NaN changes most.
double change(double error)
{
    const double wanted = error > 0.0 ? 0.9 * std::pow(error, -0.2) : 5.0;
    return std::isnan(error) ? 0.2 : std::clamp(wanted, 0.2, 5.0);
}

}  // namespace

double Clock::propose(double limit, double next_event)
{
    const double stop = std::min(limits_.end, next_event);
    const double remaining = stop - memory_.time;
    const double allowed = std::min(limits_.largest, limits_.courant * limit);
    const double dt = std::min({allowed, memory_.bound, memory_.controlled});
    stable_ = std::isfinite(allowed) ? allowed : 1e-3 * remaining;
    clipped_ = remaining < 2.0 * dt;
    shortened_by_end_ = limits_.end <= next_event && clipped_;
    if (remaining <= dt * (1.0 + 1e-9)) {
        proposed_ = remaining;
        target_ = stop;
    } else {
        proposed_ = remaining < 2.0 * dt ? 0.5 * remaining : dt;
        target_ = memory_.time + proposed_;
    }
    return proposed_;
}

void Clock::accept(const Trial& trial)
{
    memory_.time = target_;
    memory_.bound *= 1.25;
    if (!clipped_ && (trial.error > 0.0 || std::isfinite(memory_.controlled))) {
        memory_.controlled = proposed_ * change(trial.error);
    }
    memory_.last_dt = proposed_;
    memory_.fallbacks += trial.fell_back ? 1 : 0;
    ++memory_.step;
    accepted_ = memory_;
}

void Clock::reject(const Trial& trial)
{
    ++memory_.rejected;
    const bool inaccurate = trial.too_inaccurate();
    double& next = inaccurate ? memory_.controlled : memory_.bound;
    next = proposed_ * (inaccurate ? change(trial.error) : 0.5);
    const double floor = inaccurate ? 0.0 : limits_.floor * stable_;
    if (next < std::max(floor, 1e-13 * std::max(1.0, memory_.time))) {
        give_up(trial.refused);
    }
}

void Clock::give_up(const std::string& reason)
{
    char place[96], size[96];
    std::snprintf(place, sizeof place, "time %.17g, step %lld: ", memory_.time,
                  static_cast<long long>(memory_.step));
    std::snprintf(size, sizeof size, "; a step of %.3g is still refused (stable: %.3g)", proposed_, stable_);
    memory_ = accepted_;
    throw NumericalError(place + reason + size);
}

}  // namespace widelimit
