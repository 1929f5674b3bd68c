// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "widelimit/run/observer.hpp"

namespace widelimit {

/// All that a run needs to go on with the same bits: the state, the memory of the clock, and what its
/// observers keep.  The fingerprint is left to the caller.
Checkpoint capture(const Clock& clock, const Field& state, const Observers& observers);

/// Puts everything where it was.  ConfigError if something is missing or the state has another size.
void resume(const Checkpoint& checkpoint, Field& state, Clock& clock, const Observers& observers);

/// The checkpoint of a run directory that a run with this fingerprint and this end can continue; none if none
/// was written yet.  Changes nothing; `remark` says so if the older generation has to serve.  ConfigError if
/// it belongs to another case, if `end` lies before the end it was written for, or if series.csv or fields.nc
/// are gone or shorter than it counts on; WriteError if it is damaged.
std::optional<Checkpoint> find_checkpoint(const std::string& directory, const std::string& fingerprint,
                                          double end, std::string* remark = nullptr);

/// The same for the run that is about to continue: the remark goes to the log.
std::optional<Checkpoint> take_checkpoint(const std::string& directory, const std::string& fingerprint,
                                          double end);

/// Captures the run every `interval` wall seconds, when it is interrupted or fails, and at the last state
/// that a run with a later end would share: where a run is continued, it goes on with the bits of one that
/// was not stopped, whether or not `end` has been raised.  To be added after all observers that keep
/// something.
std::unique_ptr<Observer> make_checkpoints(double interval, const Observers& all,
                                           std::function<void(Checkpoint)> keep);

/// What differs between two fingerprints: "problem.decay was 0.02, now it is 0.03", "the contents of the data
/// file have changed".
std::string difference(const std::string& before, const std::string& now);

}  // namespace widelimit
