// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "widelimit/run/case.hpp"
#include "widelimit/run/curve.hpp"
#include "widelimit/run/observer.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// Rows of series.csv at the times of the case's timetable.
std::unique_ptr<Observer> make_series(const Case& c, GridFlow& flow, const std::string& directory);

/// Frames of fields.nc: density, point masses, potential, predictions, curve, exact density if known.
std::unique_ptr<Observer> make_snapshots(const Case& c, GridFlow& flow, const std::string& directory);

/// checkpoint.nc every so many wall seconds and when the run ends or is interrupted (then the clock stops).
std::unique_ptr<Observer> make_checkpoints(const Case& c, const Observers& all, const std::string& directory);

/// One line on stderr with time, step and the time left, if stderr is a terminal.
std::unique_ptr<Observer> make_progress(const std::string& name);

/// Stops the clock when F falls less than `rate` per unit time over ten consecutive steps.
std::unique_ptr<Observer> make_settle(GridFlow& flow, double rate);

}  // namespace widelimit
