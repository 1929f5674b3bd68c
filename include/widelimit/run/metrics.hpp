// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "widelimit/problem/problem.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

class KernelRegime;
class Case;

/// A state on a grid that is being looked at; `flow` has been prepared with it.
struct Look {
    const GridFlow& flow;
    const Field& state;
    double time;
    /// log of the time of the risk's own clock, where the run is in the soft one.
    double log_classical_time = std::numeric_limits<double>::quiet_NaN();
    const KernelRegime* kernel = nullptr;  ///< of this run, where output.kernel asks for it
    const Case* of = nullptr;              ///< the case of this run, where it is one
};

/// A number that can be measured on any state, by name.
struct StateMetric {
    std::string meaning;
    std::function<double(const Look&)> measure;
};

const std::map<std::string, StateMetric>& state_metrics();

/// Those that name a coordinate, or two of them, after a dot: "mean.w", "covariance.w.b".
const std::map<std::string, std::string>& coordinate_metrics();

/// Names that only a whole run, a study or an ensemble has, with their meanings.
const std::map<std::string, std::string>& run_metrics();

/// Also "prediction_error", "l1_error" and "<value>_error" where the problem has an exact solution.
bool is_state_metric(const std::string& name, const Problem& problem);
/// Message for a name that is neither.
std::string unknown_metric(const std::string& name, const Problem& problem);

/// The first columns of series.csv after time, step and dt.
const std::vector<std::string>& series_columns();

double measure(const std::string& name, const Look& look);

/// The exact solution in the cells of one sign; NaN where it is not known.
Field exact_masses(const Problem& problem, const Grid& grid, double sign, double t);
/// The measure of the least objective of its mass, likewise.
Field minimiser_masses(const Problem& problem, const Grid& grid, double sign);

}  // namespace widelimit
