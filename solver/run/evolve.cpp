// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/evolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "widelimit/core/error.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/io/log.hpp"

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

/// Refused by the stepper, by a guard, or good.
Trial attempt(Flow& flow, const Field& state, Stepper& stepper, Clock& clock, Observers& observers,
              Field& trial)
{
    const Interruptible here;
    const double limit = clock.asks_for_limit() ? stepper.limit(flow, state, clock.time())
                                                : std::numeric_limits<double>::infinity();
    const double dt = clock.propose(limit, next_event(observers, clock.time()));
    if (clock.shortened_by_end()) {
        for (const auto& observer : observers) {
            observer->approach_end(clock, state);
        }
    }
    flow.begin_step(clock.step());
    Trial tried = stepper.try_step(flow, clock.time(), dt, state, trial);
    if (tried.refused.empty()) {
        flow.tidy(trial);
        tried.refused = objection(observers, clock, state, trial);
    }
    return tried;
}

void advance(Flow& flow, Field& state, Stepper& stepper, Clock& clock, Observers& observers)
{
    Field trial;
    while (!clock.finished() && interrupted() == 0) {
        const Trial tried = attempt(flow, state, stepper, clock, observers, trial);
        if (!tried.refused.empty()) {
            log(LogLevel::debug,
                fmt::format("t = {:.6g}, step {} refused: {}", clock.time(), clock.step(), tried.refused));
            clock.reject(tried);
            continue;
        }
        state.swap(trial);
        clock.accept(tried);
        for (const auto& observer : observers) {
            observer->observe(clock, state);
        }
    }
}

/// Until here nothing counts on what was written: a start can be given up.
void start_all(Observers& observers, Clock& clock, const Field& state)
{
    const Interruptible here;
    for (const auto& observer : observers) {
        observer->start(clock, state);
    }
}

/// In reverse order: the checkpoint, which comes last, does not count rows that are off the timetable.
void finish(Observers& observers, Clock& clock, const Field& state)
{
    for (auto observer = observers.rbegin(); observer != observers.rend(); ++observer) {
        (*observer)->finish(clock, state);
    }
    for (const auto& observer : observers) {
        observer->close();
    }
}

}  // namespace

void evolve(Flow& flow, Field& state, Stepper& stepper, Clock& clock, Observers& observers)
{
    const FlushDenormals flush;
    start_all(observers, clock, state);
    try {
        advance(flow, state, stepper, clock, observers);
    } catch (const NumericalError&) {
        finish(observers, clock, state);
        throw;
    } catch (const Interruption&) {
        // The step at hand is lost, nothing else.
    }
    finish(observers, clock, state);
}

double next_after(const std::vector<double>& times, double time)
{
    const auto next = std::upper_bound(times.begin(), times.end(), time);
    return next == times.end() ? std::numeric_limits<double>::infinity() : *next;
}

void fail(const Clock& clock, const std::string& reason)
{
    throw NumericalError(fmt::format("time {:.17g}, step {}: {}", clock.time(), clock.step(), reason));
}

}  // namespace widelimit
