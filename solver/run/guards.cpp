// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/guards.hpp"

#include <fmt/format.h>

#include <cmath>

#include "widelimit/core/passes.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit {

bool keeps_mass(const GridFlow& flow)
{
    const Growth::Kind kind = flow.problem().growth.kind;
    return kind == Growth::Kind::none || kind == Growth::Kind::mean_preserving;
}

namespace {

/// exp of more is beyond the range of a double.
constexpr double largest_log_mass = 700.0;

/// Where the first number that is not finite comes from; empty if all are.
std::string source_of_nonsense(const GridFlow& flow)
{
    const auto& now = flow.evaluation();
    if (flow.problem().features && !now.predictions.allFinite()) {
        const Matrix values = flow.problem().values(flow.grid().coordinates());
        for (Index site = 0; site < values.rows(); ++site) {
            for (Index node = 0; node < values.cols(); ++node) {
                if (!std::isfinite(values(site, node))) {
                    return fmt::format("the feature at node {} is {} in {}", node, values(site, node),
                                       flow.entry_name(site));
                }
            }
        }
        return "a prediction is not a finite number";
    }
    const bool finite = all_finite(now.potential);
    for (Index i = 0; !finite && i < now.potential.size(); ++i) {
        if (!std::isfinite(now.potential[i])) {
            return fmt::format("psi is {} in {}", now.potential[i], flow.entry_name(i));
        }
    }
    return std::isfinite(now.objective()) ? "" : fmt::format("the objective is {}", now.objective());
}

/// The site whose change of mass adds most to F, for the message about its increase.
std::string worst_site(const GridFlow& flow, const Field& state, const Field& trial)
{
    const Index masses = flow.layout().masses();
    Index worst = 0;
    (trial - state).head(masses).cwiseProduct(flow.evaluation().potential).maxCoeff(&worst);
    return flow.entry_name(worst);
}

class FlowGuard : public Observer {
public:
    FlowGuard(GridFlow& flow, bool dissipates, GuardRecord& record)
        : flow_(&flow), dissipates_(dissipates), record_(&record)
    {}

    void start(Clock& clock, const Field& state) override
    {
        flow_->prepare(state, clock.time());
        if (const std::string source = source_of_nonsense(*flow_); !source.empty()) {
            fail(clock, source);
        }
        if (clock.step() == 0) {
            *record_ = {};
            record_->initial_log_mass = state[flow_->layout().log_mass()];
        }
        keep(clock.time(), state);
    }

    std::string objection(const Clock& clock, const Field& state, const Field& trial) override
    {
        if (const double log_mass = trial[flow_->layout().log_mass()]; log_mass > largest_log_mass) {
            return fmt::format("the total mass overflows: its log is {:.17g}", log_mass);
        }
        const auto mass = flow_->layout().measure(trial);
        drift_ = std::abs(total(mass) - 1.0);
        if (keeps_mass(*flow_) && drift_ > 1e-13 + 1e-17 * static_cast<double>(clock.step() + 1)) {
            return fmt::format("the mass drifted by {:.3g}", drift_);
        }
        flow_->prepare(trial, clock.time());
        const auto& now = flow_->evaluation();
        if (const std::string source = source_of_nonsense(*flow_); !source.empty()) {
            return source;
        }
        rise_ = (now.objective() - objective_) / std::max(now.scale(), 1e-300);
        if (dissipates_ && rise_ > 1e-12 &&
            now.objective() - objective_ <= flow_->energy().round_off(trial, now)) {
            rise_ = 0.0, drift_ = 0.0;
        }
        if (dissipates_ && rise_ > 1e-12) {
            return fmt::format("the objective rose from {:.17g} to {:.17g}, most of it in {}", objective_,
                               now.objective(), worst_site(*flow_, state, trial));
        }
        return {};
    }

    void observe(Clock& clock, const Field& state) override
    {
        const auto mass = flow_->layout().measure(state);
        record_->energy_increase = std::max(record_->energy_increase, rise_);
        record_->mass_drift = std::max(record_->mass_drift, drift_);
        record_->lowest_mass = std::min(record_->lowest_mass, lowest(mass));
        flow_->prepare(state, clock.time());
        const double before = growth_rate_, then = time_;
        keep(clock.time(), state);
        record_->growth_integral += 0.5 * (before + growth_rate_) * (time_ - then);
    }

    void save(Checkpoint& checkpoint) const override
    {
        checkpoint.numbers["guard.energy_increase"] = record_->energy_increase;
        checkpoint.numbers["guard.mass_drift"] = record_->mass_drift;
        checkpoint.numbers["guard.lowest_mass"] = record_->lowest_mass;
        checkpoint.numbers["guard.initial_log_mass"] = record_->initial_log_mass;
        checkpoint.numbers["guard.growth_integral"] = record_->growth_integral;
    }
    void restore(const Checkpoint& checkpoint) override
    {
        record_->energy_increase = checkpoint.numbers.at("guard.energy_increase");
        record_->mass_drift = checkpoint.numbers.at("guard.mass_drift");
        record_->lowest_mass = checkpoint.numbers.at("guard.lowest_mass");
        record_->initial_log_mass = checkpoint.numbers.at("guard.initial_log_mass");
        record_->growth_integral = checkpoint.numbers.at("guard.growth_integral");
    }

private:
    void keep(double time, const Field& state)
    {
        objective_ = flow_->evaluation().objective();
        const auto mass = flow_->layout().measure(state);
        const bool grows = flow_->problem().growth.kind == Growth::Kind::proportional;
        growth_rate_ = grows ? -flow_->problem().growth.kappa * flow_->speed(time) *
                                   dot(mass, flow_->evaluation().potential) / total(mass)
                             : 0.0;
        time_ = time;
    }

    GridFlow* flow_;
    bool dissipates_;
    GuardRecord* record_;
    double objective_ = 0.0, rise_ = 0.0, drift_ = 0.0, growth_rate_ = 0.0, time_ = 0.0;
};

}  // namespace

std::unique_ptr<Observer> make_flow_guard(GridFlow& flow, bool dissipates, GuardRecord& record)
{
    return std::make_unique<FlowGuard>(flow, dissipates, record);
}

}  // namespace widelimit
