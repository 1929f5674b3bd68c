// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/evolve.hpp"

#include <algorithm>

#include "widelimit/core/flush_denormals.hpp"

namespace widelimit {
namespace {

double next_event(const Observers& observers, double time)
{
    double next = std::numeric_limits<double>::infinity();
    for (const auto& observer : observers) {
        next = std::min(next, observer->next_event(time));
    }
    return next;
}

std::string objection(const Observers& observers, const Clock& clock, const Field& state, const Field& trial)
{
    for (const auto& observer : observers) {
        std::string reason = observer->objection(clock, state, trial);
        if (!reason.empty()) {
            return reason;
        }
    }
    return {};
}

}  // namespace

void evolve(Flow& flow, Field& state, Stepper& stepper, Clock& clock, Observers& observers)
{
    const FlushDenormals flush;
    Field trial;
    for (const auto& observer : observers) {
        observer->start(clock, state);
    }
    while (!clock.finished()) {
        const double limit = stepper.limit(flow, state, clock.time());
        const double dt = clock.propose(limit, next_event(observers, clock.time()));
        std::string reason = stepper.try_step(flow, clock.time(), dt, state, trial);
        if (reason.empty()) {
            flow.tidy(trial);
            reason = objection(observers, clock, state, trial);
        }
        if (!reason.empty()) {
            clock.reject(reason);
            continue;
        }
        state.swap(trial);
        clock.accept();
        for (const auto& observer : observers) {
            observer->observe(clock, state);
        }
    }
    finish(observers, clock, state);
}

void finish(Observers& observers, Clock& clock, const Field& state)
{
    // In reverse order: the checkpoint, which comes last, does not count rows that are off the timetable.
    for (auto observer = observers.rbegin(); observer != observers.rend(); ++observer) {
        (*observer)->finish(clock, state);
    }
    for (const auto& observer : observers) {
        observer->close();
    }
}

}  // namespace widelimit
