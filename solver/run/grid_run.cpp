// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/grid_run.hpp"

#include <algorithm>
#include <cmath>

#include "test_data.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/run/certify.hpp"
#include "widelimit/run/continuation.hpp"
#include "widelimit/run/evolve.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/run/outputs.hpp"

namespace widelimit {
GridRun::GridRun(const Case& c)
    : case_(&c),
      grid_(c.grid->make()),
      scheme_(fluxes().find(c.grid->flux).make()),
      flow_(c.problem, grid_, *scheme_),
      stepper_(make_stepper(c.time.stepper, c.time.stepping)),
      dissipates_(flow_.dissipates()),
      clock_(c.time.limits),
      state_(initial_state(c.problem, grid_, flow_.layout()))
{
    const auto name = [this](Index entry) { return flow_.entry_name(entry); };
    observers_.push_back(make_state_guard(flow_.nonnegative(), name));
    observers_.push_back(make_flow_guard(flow_, dissipates_, record_));
    if (c.problem.risk && c.problem.risk->soft()) {
        auto clock = std::make_unique<ClassicalClock>(flow_);
        classical_ = clock.get();
        observers_.push_back(std::move(clock));
    }
    if (c.output.kernel) {
        auto kernel = std::make_unique<KernelRegime>(flow_, state_);
        kernel_ = kernel.get();
        observers_.push_back(std::move(kernel));
    }
    if (c.time.settle > 0.0) {
        observers_.push_back(make_settle(flow_, c.time.settle));
    }
}

std::unique_ptr<GridRun> prepared(const Case& c)
{
    const Interruptible here;
    return std::make_unique<GridRun>(c);
}

void GridRun::write_to(const std::string& directory)
{
    observers_.push_back(make_series(*case_, flow_, classical_, kernel_, directory));
    observers_.push_back(make_snapshots(*case_, flow_, kernel_, directory));
}

void GridRun::checkpoint_in(const std::string& directory, const std::string& fingerprint)
{
    const auto keep = [directory, fingerprint](Checkpoint checkpoint) {
        checkpoint.fingerprint = fingerprint;
        save_checkpoint(directory, checkpoint);
    };
    observers_.push_back(make_checkpoints(case_->output.checkpoint, observers_, keep));
}

void GridRun::show_progress(const std::string& name)
{
    observers_.push_back(make_progress(name, case_->output.progress));
}

void GridRun::restore(const Checkpoint& checkpoint)
{
    resume(checkpoint, state_, clock_, observers_);
}

void GridRun::go(Summary& summary)
{
    const auto note_time = [&] { summary.time_reached = clock_.time(); };
    try {
        evolve(flow_, state_, *stepper_, clock_, observers_);
    } catch (const NumericalError&) {
        note_time();
        throw;
    }
    note_time();
    if (interrupted() == 0) {
        measure_end(summary);
        report_guarantees(summary);
    }
}

namespace {

void add_optimum(const Certificate& found, Summary& summary)
{
    summary.metrics["optimum_low"] = found.optimum.low;
    summary.metrics["optimum_high"] = found.optimum.high;
    summary.metrics["optimum_gap"] = (found.optimum.high - found.optimum.low) / std::abs(found.optimum.high);
    summary.metrics["optimum_neurons"] = static_cast<double>(found.optimum.network.size());
    summary.metrics["optimum_norm"] = found.optimum.network.norm();
    summary.metrics["distance_to_optimum"] = found.gap();
    if (found.kind == Optimum::margin) {
        const double gap = 0.5 * (found.optimum.low + found.optimum.high) - found.reached;
        summary.metrics["margin_gap_times_mass"] = gap * summary.metrics.at("mass");
    }
}

}  // namespace

Look GridRun::look()
{
    flow_.prepare(state_, clock_.time());
    Look look{flow_, state_, clock_.time()};
    if (classical_ != nullptr) {
        look.log_classical_time = classical_->log_time();
    }
    look.kernel = kernel_;
    look.of = case_;
    return look;
}

void GridRun::measure_end(Summary& summary)
{
    const Look look = this->look();
    for (const auto& [name, metric] : state_metrics()) {
        const bool costly =
            name == "asymmetry" || name == "minimiser_gap" || (name == "certified_gap" && keeps_mass(flow_));
        const double value = costly ? std::nan("") : metric.measure(look);
        if (!std::isnan(value)) {
            summary.metrics[name] = value;
        }
    }
    for (const std::string& name : case_->output.metrics) {
        if (summary.metrics.count(name) == 0) {
            summary.metrics[name] = measure(name, look);
        }
    }
    if (case_->output.certificate) {
        certificate_ = certify(look);
        add_optimum(*certificate_, summary);
    }
    if (case_->output.certificate && case_->problem.frozen && certificate_->kind == Optimum::margin) {
        const Matrix columns = flow_.energy().sign(0) * flow_.energy().features_at_sites().transpose();
        summary.metrics["fixed_margin"] =
            largest_fixed_margin(case_->problem.risk->nodes().targets, columns, flow_.layout().channels > 1);
    }
    if (kernel_ != nullptr) {
        measure_kernel(summary);
        add_kernel_machines(*case_, summary);
    }
    if (case_->output.exact_width > 0) {
        const Field least = least_by_width(case_->problem, case_->output.exact_width);
        for (Index m = 1; m <= least.size(); ++m) {
            summary.metrics["least_of_width." + std::to_string(m)] = least[m - 1];
        }
    }
    if (case_->problem.exact) {
        for (const auto& [name, truth] : case_->problem.exact->values(clock_.time())) {
            summary.metrics[name + "_error"] = measure(name + "_error", look);
        }
    }
    summary.metrics["energy_increase"] = record_.energy_increase;
    summary.metrics["lowest_mass"] = record_.lowest_mass;
    summary.metrics["evaluations"] = static_cast<double>(clock_.step() * stepper_->stages());
    summary.metrics["steps"] = static_cast<double>(clock_.step());
    summary.metrics["rejected"] = static_cast<double>(clock_.rejected());
    summary.metrics["fallbacks"] = static_cast<double>(clock_.fallbacks());
    if (keeps_mass(flow_)) {
        summary.metrics["mass_drift"] = record_.mass_drift;
    } else if (!flow_.is_signed()) {
        const double gained = state_[flow_.layout().log_mass()] - record_.initial_log_mass;
        summary.metrics["mass_balance"] = std::abs(std::expm1(gained - record_.growth_integral));
    }
}

void GridRun::measure_kernel(Summary& summary) const
{
    if (kernel_->has_machine()) {
        summary.metrics["largest_kernel_margin"] = kernel_->machine().margin;
        summary.metrics["kernel_gap_limit"] = kernel_->machine().gap_limit();
    } else {
        summary.metrics["least_kernel_norm"] = kernel_->interpolant().norm;
    }
    summary.metrics["largest_tangent_distance"] = kernel_->largest_distance();
    if (const double penalty = case_->output.kernel_penalty; penalty > 0.0) {
        const KernelRidge ridge = kernel_ridge(*case_->problem.risk, kernel_->kernel(), penalty);
        summary.metrics["kernel_ridge_objective"] = ridge.objective;
        summary.metrics["kernel_ridge_norm"] = ridge.function.norm;
    }
}

void GridRun::report_guarantees(Summary& summary) const
{
    const bool is_signed = flow_.is_signed();
    const double allowed = 1e-13 + 1e-17 * static_cast<double>(clock_.step());
    summary.guarantees = {
        {"positive", !is_signed, record_.lowest_mass >= 0.0, record_.lowest_mass,
         is_signed ? "does not apply: the linear growth law has a signed density"
                   : "no mass was negative at any accepted step"},
        {"mass", keeps_mass(flow_), record_.mass_drift <= allowed, record_.mass_drift,
         keeps_mass(flow_) ? "the total mass is constant"
                           : "the mass is not constant: growth; see the metric mass_balance"},
        {"energy", dissipates_, record_.energy_increase <= 1e-12, record_.energy_increase,
         dissipates_
             ? "F did not increase over any step"
             : "does not apply to this scheme and stepper; the largest relative increase is reported"}};
}

}  // namespace widelimit
