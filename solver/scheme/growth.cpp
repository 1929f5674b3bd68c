// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "parts.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/passes.hpp"

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
        const Field& psi = flow_->evaluation().potential;
        const double offset = flow_->growth_offset(state);
        for_each_block(blocks_of_values(psi.size()), [&](Index first, Index count) {
            rate.segment(first, count).array() -=
                kappa_ * (psi.segment(first, count).array() - offset) * state.segment(first, count).array();
        });
    }

    /// kappa (psi - c) dt < 1 keeps the masses positive.
    double rate_limit(const Field& state) const override
    {
        const double most = kappa_ * (highest(flow_->evaluation().potential) - flow_->growth_offset(state));
        return most > 0.0 ? 1.0 / most : infinite;
    }

    void advance(Field& state, double dt, Advance) const override
    {
        const Field& psi = flow_->evaluation().potential;
        auto mass = flow_->layout().measure(state);
        const double before = total(mass);
        const double least = lowest(psi);
        for_each_block(blocks_of_values(psi.size()), [&](Index first, Index count) {
            mass.segment(first, count).array() *=
                (-kappa_ * dt * (psi.segment(first, count).array() - least)).exp();
        });
        const double after = total(mass);
        for_each_block(blocks_of_values(psi.size()),
                       [&](Index first, Index count) { mass.segment(first, count) *= before / after; });
        if (!keeps_mass_) {
            state[flow_->layout().log_mass()] += std::log(after / before) - kappa_ * dt * least;
        }
    }
    double advance_limit(const Field&) const override { return infinite; }

private:
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
