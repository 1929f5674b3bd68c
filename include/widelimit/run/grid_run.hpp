// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "widelimit/run/case.hpp"
#include "widelimit/run/guards.hpp"
#include "widelimit/run/observer.hpp"
#include "widelimit/run/summary.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// The grid solution of a case, wired and ready to go.
class GridRun {
public:
    /// Without a directory nothing is written.
    GridRun(const Case& c, const std::string& directory, bool show_progress);

    /// Continues from the checkpoint in the directory.  ConfigError if it belongs to another case.
    void restore();
    /// Solves to the end of the case; adds metrics and guarantees to the summary.
    void go(Summary& summary);

    GridFlow& flow() { return flow_; }
    const Field& state() const { return state_; }
    Field& state() { return state_; }
    Clock& clock() { return clock_; }
    Observers& observers() { return observers_; }

private:
    void measure_end(Summary& summary);
    void report_guarantees(Summary& summary) const;

    const Case* case_;
    std::string directory_;
    Grid grid_;
    std::unique_ptr<FluxScheme> scheme_;
    GridFlow flow_;
    std::unique_ptr<Stepper> stepper_;
    bool dissipates_;
    Clock clock_;
    Observers observers_;
    GuardRecord record_;
    Field state_;
};

}  // namespace widelimit
