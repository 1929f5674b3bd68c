// SPDX-License-Identifier: BSD-3-Clause
#include "parts.hpp"

#include <limits>

namespace widelimit {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

class ParticleTransport : public Part {
public:
    explicit ParticleTransport(const ParticleFlow& flow) : flow_(&flow) {}
    std::string name() const override { return "transport"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        flow_->layout().points(rate) += velocity(state, flow_->evaluation().gradient);
    }

    /// A step turns no particle by more than 0.05, a fraction of the distance between kinks that matter.
    double rate_limit(const Field& state) const override
    {
        const Matrix v = velocity(state, flow_->evaluation().gradient);
        double fastest = 0.0;
        for (Index c = 0; c < v.rows(); ++c) {
            if (flow_->problem().coordinates[static_cast<std::size_t>(c)].circle) {
                fastest = std::max(fastest, v.row(c).cwiseAbs().maxCoeff());
            }
        }
        return fastest > 0.0 ? 0.05 / fastest : infinite;
    }

    /// Heun's method, order 2, in the potential of the frozen slope of the risk.
    void advance(Field& state, double dt, Advance) const override
    {
        const ParticleLayout& layout = flow_->layout();
        const Matrix first = velocity(state, flow_->evaluation().gradient);
        Field middle = state, psi;
        Matrix gradient;
        layout.points(middle) += dt * first;
        flow_->potential(middle, psi, gradient);
        layout.points(state) += 0.5 * dt * (first + velocity(middle, gradient));
    }
    double advance_limit(const Field& state) const override { return rate_limit(state); }

private:
    Matrix velocity(const Field& state, const Matrix& gradient) const
    {
        return flow_->drift(state, gradient);
    }

    const ParticleFlow* flow_;
};

class ParticleGrowth : public Part {
public:
    explicit ParticleGrowth(const ParticleFlow& flow) : flow_(&flow), kappa_(flow.problem().growth.kappa) {}
    std::string name() const override { return "growth"; }

    void add_rate(const Field&, Field& rate) const override { flow_->layout().log_masses(rate) += slope(); }
    /// Masses are positive whatever their logarithms do.
    double rate_limit(const Field&) const override { return infinite; }
    /// Exact; under mean-preserving growth the offset does not matter to the masses.
    void advance(Field& state, double dt, Advance) const override
    {
        flow_->layout().log_masses(state) += dt * slope();
    }
    double advance_limit(const Field&) const override { return infinite; }

private:
    Field slope() const
    {
        const auto& e = flow_->evaluation();
        return -kappa_ * (e.potential.array() - flow_->growth_offset(e.potential, e.masses)).matrix();
    }

    const ParticleFlow* flow_;
    double kappa_;
};

}  // namespace

std::unique_ptr<Part> make_particle_transport(const ParticleFlow& flow)
{
    return std::make_unique<ParticleTransport>(flow);
}

std::unique_ptr<Part> make_particle_growth(const ParticleFlow& flow)
{
    return std::make_unique<ParticleGrowth>(flow);
}

}  // namespace widelimit
