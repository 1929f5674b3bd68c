// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "parts.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// m' = -kappa (psi - c) m, with c = 0 or the mean of psi.
class Multiplicative : public Part {
public:
    explicit Multiplicative(const GridFlow& flow)
        : flow_(&flow),
          kappa_(flow.problem().growth.kappa),
          keeps_mass_(flow.problem().growth.kind == Growth::Kind::mean_preserving)
    {}
    std::string name() const override { return "growth"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        const auto mass = flow_->layout().measure(state);
        const Field& psi = flow_->evaluation().potential;
        flow_->layout().measure(rate).array() -= kappa_ * (psi.array() - mean(state)) * mass.array();
    }

    /// kappa (psi - c) dt < 1 keeps the masses positive.
    double rate_limit(const Field& state) const override
    {
        const double most = kappa_ * (flow_->evaluation().potential.maxCoeff() - mean(state));
        return most > 0.0 ? 1.0 / most : infinite;
    }

    void advance(Field& state, double dt, Advance) const override
    {
        const Field& psi = flow_->evaluation().potential;
        auto mass = flow_->layout().measure(state);
        const double before = mass.sum();
        const double lowest = psi.minCoeff();
        mass.array() *= (-kappa_ * dt * (psi.array() - lowest)).exp();
        const double after = mass.sum();
        mass *= before / after;
        if (!keeps_mass_) {
            state[flow_->layout().log_mass()] += std::log(after / before) - kappa_ * dt * lowest;
        }
    }
    double advance_limit(const Field&) const override { return infinite; }

private:
    double mean(const Field& state) const
    {
        if (!keeps_mass_) {
            return 0.0;
        }
        const auto mass = flow_->layout().measure(state);
        return mass.dot(flow_->evaluation().potential) / mass.sum();
    }

    const GridFlow* flow_;
    double kappa_;
    bool keeps_mass_;
};

/// c' = -kappa psi, c the signed density with respect to the base law; the state holds c times the law's
/// cell masses.
class Linear : public Part {
public:
    Linear(const GridFlow& flow, Field law)
        : flow_(&flow), kappa_(flow.problem().growth.kappa), law_(std::move(law))
    {}
    std::string name() const override { return "linear growth"; }
    void add_rate(const Field&, Field& rate) const override
    {
        const Field& psi = flow_->evaluation().potential;
        flow_->layout().measure(rate) -= kappa_ * psi.cwiseProduct(flow_->layout().measure(law_));
    }
    double rate_limit(const Field&) const override { return infinite; }
    void advance(Field& state, double dt, Advance) const override
    {
        Field rate = Field::Zero(state.size());
        add_rate(state, rate);
        state += dt * rate;
    }
    double advance_limit(const Field&) const override { return infinite; }

private:
    const GridFlow* flow_;
    double kappa_;
    Field law_;
};

}  // namespace

std::unique_ptr<Part> make_growth(const GridFlow& flow)
{
    if (flow.problem().growth.kind == Growth::Kind::linear) {
        return std::make_unique<Linear>(flow, base_law(flow.problem(), flow.grid(), flow.layout()));
    }
    return std::make_unique<Multiplicative>(flow);
}

}  // namespace widelimit
