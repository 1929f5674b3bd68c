// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/run/case.hpp"
#include "widelimit/run/classical_clock.hpp"
#include "widelimit/run/curve.hpp"
#include "widelimit/run/kernel_regime.hpp"
#include "widelimit/run/observer.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// What a row of a series says besides time, step and dt.
using RowOf = std::function<std::vector<double>(const Clock&, const Field& state)>;

/// Rows of series.csv in the directory at these times (increasing), one number for each of the metrics.
std::unique_ptr<Observer> make_series(const std::string& directory, std::vector<double> times,
                                      std::vector<std::string> metrics, RowOf row);

/// Rows of series.csv at the times of the case's timetable.  `classical` is null but in the soft clock,
/// `kernel` but with output.kernel.
std::unique_ptr<Observer> make_series(const Case& c, GridFlow& flow, const ClassicalClock* classical,
                                      const KernelRegime* kernel, const std::string& directory);

/// Frames of fields.nc: density, point masses, potential, predictions, curve, exact density if known.
std::unique_ptr<Observer> make_snapshots(const Case& c, GridFlow& flow, const KernelRegime* kernel,
                                         const std::string& directory);

/// How far the run is, for people (see Meter).
std::unique_ptr<Observer> make_progress(const std::string& name, double interval);

/// Stops the clock when F falls less than `rate` per unit time over ten consecutive steps; a run that has
/// stopped so stays stopped over a restart.
std::unique_ptr<Observer> make_settle(GridFlow& flow, double rate);

}  // namespace widelimit
