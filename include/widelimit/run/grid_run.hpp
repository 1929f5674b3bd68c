// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "widelimit/run/case.hpp"
#include "widelimit/run/certify.hpp"
#include "widelimit/run/classical_clock.hpp"
#include "widelimit/run/guards.hpp"
#include "widelimit/run/kernel_regime.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/observer.hpp"
#include "widelimit/run/summary.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// The grid solution of a case, wired and ready to go.  By itself it writes nothing.
class GridRun {
public:
    explicit GridRun(const Case& c);

    /// Writes series.csv and fields.nc.
    void write_to(const std::string& directory);
    /// Writes checkpoints under a fingerprint.  After everything that keeps something was added.
    void checkpoint_in(const std::string& directory, const std::string& fingerprint);
    void show_progress(const std::string& name);

    /// Continues where the checkpoint was written.
    void restore(const Checkpoint& checkpoint);
    /// Solves to the end of the case; adds metrics and guarantees to the summary.
    void go(Summary& summary);

    GridFlow& flow() { return flow_; }
    const Field& state() const { return state_; }
    Field& state() { return state_; }
    Clock& clock() { return clock_; }
    Observers& observers() { return observers_; }
    /// Of the end, if the case asked for one.
    const std::optional<Certificate>& certificate() const { return certificate_; }
    /// At the state as it is, the flow prepared with it.
    Look look();

private:
    void measure_end(Summary& summary);
    void measure_kernel(Summary& summary) const;
    void report_guarantees(Summary& summary) const;

    const Case* case_;
    Grid grid_;
    std::unique_ptr<FluxScheme> scheme_;
    GridFlow flow_;
    std::unique_ptr<Stepper> stepper_;
    bool dissipates_;
    Clock clock_;
    Observers observers_;
    ClassicalClock* classical_ = nullptr;  ///< one of the observers, in the soft clock
    KernelRegime* kernel_ = nullptr;       ///< another, with output.kernel
    GuardRecord record_;
    Field state_;
    std::optional<Certificate> certificate_;
};

/// The same, given up with an Interruption when the program is asked to stop: evaluating all features takes a
/// while.
std::unique_ptr<GridRun> prepared(const Case& c);

}  // namespace widelimit
