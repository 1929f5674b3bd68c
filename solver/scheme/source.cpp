// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "parts.hpp"

namespace widelimit {
namespace {

/// m' = rate (law - m), exact.
class Exchange : public Part {
public:
    Exchange(const GridFlow& flow, Field law)
        : flow_(&flow), rate_(flow.problem().source.rate), law_(std::move(law))
    {}
    std::string name() const override { return "source"; }
    void add_rate(const Field& state, Field& rate) const override
    {
        const auto mass = flow_->layout().measure(state);
        flow_->layout().measure(rate) += rate_ * (mass.sum() * flow_->layout().measure(law_) - mass);
    }
    double rate_limit(const Field&) const override { return 1.0 / rate_; }
    void advance(Field& state, double dt, Advance) const override
    {
        auto mass = flow_->layout().measure(state);
        const double total = mass.sum(), share = -std::expm1(-rate_ * dt);
        mass += share * (total * flow_->layout().measure(law_) - mass);
    }
    double advance_limit(const Field&) const override { return std::numeric_limits<double>::infinity(); }

private:
    const GridFlow* flow_;
    double rate_;
    Field law_;
};

/// m' = -a m + (sum of a m) law with a = kappa max(psi - c, 0), c the mean of psi; exact for frozen a but for
/// what is killed again after it came back.
class Reinjection : public Part {
public:
    Reinjection(const GridFlow& flow, Field law)
        : flow_(&flow), kappa_(flow.problem().growth.kappa), law_(std::move(law))
    {}
    std::string name() const override { return "re-injection"; }
    void add_rate(const Field& state, Field& rate) const override
    {
        const Field killed = rates(state).cwiseProduct(flow_->layout().measure(state));
        flow_->layout().measure(rate) += killed.sum() * flow_->layout().measure(law_) - killed;
    }
    double rate_limit(const Field& state) const override
    {
        const double most = rates(state).maxCoeff();
        return most > 0.0 ? 1.0 / most : std::numeric_limits<double>::infinity();
    }
    void advance(Field& state, double dt, Advance) const override
    {
        const Field shares = (-dt * rates(state)).unaryExpr([](double x) { return -std::expm1(x); });
        auto mass = flow_->layout().measure(state);
        const Field killed = shares.cwiseProduct(mass);
        mass += killed.sum() * flow_->layout().measure(law_) - killed;
    }
    double advance_limit(const Field& state) const override { return rate_limit(state); }

private:
    Field rates(const Field& state) const
    {
        const auto mass = flow_->layout().measure(state);
        const Field& psi = flow_->evaluation().potential;
        const double mean = mass.dot(psi) / mass.sum();
        return kappa_ * (psi.array() - mean).max(0.0);
    }

    const GridFlow* flow_;
    double kappa_;
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
    if (flow.problem().source.of_killed) {
        return std::make_unique<Reinjection>(flow, masses_of(flow));
    }
    return std::make_unique<Exchange>(flow, masses_of(flow));
}

}  // namespace widelimit
