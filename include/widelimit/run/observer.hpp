// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/io/checkpoint.hpp"
#include "widelimit/time/clock.hpp"

namespace widelimit {

/// Looks at a run without changing it: writes, measures, judges.
class Observer {
public:
    virtual ~Observer() = default;
    /// Earliest time after `time` at which a step has to end; infinity if it does not matter.
    virtual double next_event(double /*time*/) const { return std::numeric_limits<double>::infinity(); }
    /// Why this trial must not be accepted (then dt is halved); empty if there is nothing against it.
    virtual std::string objection(const Clock&, const Field& /*state*/, const Field& /*trial*/) { return {}; }
    /// Before the first step.  NumericalError if the state cannot be a start.
    virtual void start(Clock&, const Field& /*state*/) {}
    /// Before every step that the end of the run makes shorter: a run with a later end shares the state with
    /// this one up to here, at the first call, and no further.
    virtual void approach_end(Clock&, const Field& /*state*/) {}
    /// After every accepted step.
    virtual void observe(Clock&, const Field& /*state*/) {}
    /// After the last step, the observer that was added last comes first.
    virtual void finish(Clock&, const Field& /*state*/) {}
    /// After all have finished.
    virtual void close() {}
    /// What a restart needs to go on as if nothing had happened.
    virtual void save(Checkpoint&) const {}
    virtual void restore(const Checkpoint&) {}
};

/// The first of increasing times after `time`; infinity if there is none.
double next_after(const std::vector<double>& times, double time);

using Observers = std::vector<std::unique_ptr<Observer>>;

/// What an entry of the state is, in words: "cell 17, angle = 0.34, sign +1".
using EntryName = std::function<std::string(Index)>;

/// Refuses states with NaN or infinity, and negative masses among the first `masses` entries (0: none are
/// checked, for signed states).  The message says which entry.
std::unique_ptr<Observer> make_state_guard(Index masses, EntryName name);

}  // namespace widelimit
