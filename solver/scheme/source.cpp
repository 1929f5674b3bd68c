// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "parts.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// m' = rate (law - m), exact for a frozen rate: a number, or what growth kills of all, kappa times the mean
/// of max(psi - c, 0) with c the mean of psi.
class Exchange : public Part {
public:
    Exchange(const GridFlow& flow, Field law) : flow_(&flow), law_(std::move(law)) {}
    std::string name() const override { return "source"; }
    void add_rate(const Field& state, Field& change) const override
    {
        const auto mass = flow_->layout().measure(state);
        flow_->layout().measure(change) += rate(state) * (mass.sum() * flow_->layout().measure(law_) - mass);
    }
    double rate_limit(const Field& state) const override
    {
        const double now = rate(state);
        return now > 0.0 ? 1.0 / now : infinite;
    }
    void advance(Field& state, double dt, Advance) const override
    {
        const double share = -std::expm1(-rate(state) * dt);
        auto mass = flow_->layout().measure(state);
        const double total = mass.sum();
        mass += share * (total * flow_->layout().measure(law_) - mass);
    }
    double advance_limit(const Field& state) const override
    {
        return flow_->problem().source.of_killed ? rate_limit(state) : infinite;
    }

private:
    double rate(const Field& state) const
    {
        const Problem& problem = flow_->problem();
        if (!problem.source.of_killed) {
            return problem.source.rate;
        }
        const auto mass = flow_->layout().measure(state);
        const Field& psi = flow_->evaluation().potential;
        const double total = mass.sum(), mean = mass.dot(psi) / total;
        return problem.growth.kappa * mass.dot((psi.array() - mean).max(0.0).matrix()) / total;
    }

    const GridFlow* flow_;
    Field law_;
};

/// Masses of the law in all channels, one together.
Field masses_of(const GridFlow& flow)
{
    const Layout& layout = flow.layout();
    const Field masses = cell_masses(*flow.problem().source.law, flow.grid());
    Field state = Field::Zero(layout.size());
    for (Index c = 0; c < layout.channels; ++c) {
        layout.channel(state, c).head(flow.grid().cells()) = masses;
    }
    layout.measure(state) /= layout.measure(state).sum();
    return state;
}

}  // namespace

std::unique_ptr<Part> make_source(const GridFlow& flow)
{
    return std::make_unique<Exchange>(flow, masses_of(flow));
}

}  // namespace widelimit
