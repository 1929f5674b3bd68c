// SPDX-License-Identifier: BSD-3-Clause
#include "parts.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/numbers.hpp"

#include <algorithm>
#include <vector>

namespace widelimit {
namespace {

class ParticleTransport : public Part {
public:
    explicit ParticleTransport(const ParticleFlow& flow) : flow_(&flow) {}
    std::string name() const override { return "transport"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        const Matrix& gradient = flow_->evaluation().gradient;
        if (falls()) {
            auto points = flow_->layout().points(rate);
            for_each_block(particle_blocks(gradient.cols()), [&](Index first, Index count) {
                points.middleCols(first, count) -= gradient.middleCols(first, count);
            });
            return;
        }
        flow_->layout().points(rate) += velocity(state, gradient);
    }

    /// A step turns no particle by more than 0.05 (of 2 pi a turn), a fraction of the distance between kinks
    /// that matter.
    double rate_limit(const Field& state) const override
    {
        const std::vector<Coordinate>& coordinates = flow_->problem().coordinates;
        const bool sphere = flow_->problem().sphere != Sphere::none;
        if (!sphere && std::none_of(coordinates.begin(), coordinates.end(),
                                    [](const Coordinate& coordinate) { return coordinate.circle; })) {
            return infinite;
        }
        const Matrix& gradient = flow_->evaluation().gradient;
        const Matrix drift = falls() ? Matrix() : velocity(state, gradient);
        const Matrix& v = falls() ? gradient : drift;
        const auto of = [&](Index first, Index count) {
            const auto part = v.middleCols(first, count);
            double fastest = sphere ? part.colwise().norm().maxCoeff() : 0.0;
            for (Index c = 0; c < v.rows(); ++c) {
                const Coordinate& coordinate = coordinates[static_cast<std::size_t>(c)];
                if (coordinate.circle) {
                    const double turn = 2.0 * pi / (coordinate.to - coordinate.from);
                    fastest = std::max(fastest, turn * part.row(c).cwiseAbs().maxCoeff());
                }
            }
            return fastest;
        };
        const double fastest = of_blocks(particle_blocks(v.cols()), of).maxCoeff();
        return fastest > 0.0 ? 0.05 / fastest : infinite;
    }

    bool limits_accuracy() const override { return true; }

    /// Heun's method, order 2, in the potential of the frozen slope of the risk.
    void advance(Field& state, double dt, Advance) const override
    {
        const ParticleLayout& layout = flow_->layout();
        const Matrix first = velocity_at(state);
        Field end = state;
        layout.points(end) += dt * first;
        layout.points(state) += 0.5 * dt * (first + velocity_at(end));
    }
    double advance_limit(const Field& state) const override { return rate_limit(state); }

private:
    /// The velocity is - grad psi.
    bool falls() const { return !flow_->problem().mobility && flow_->evaluation().temperature == 0.0; }

    /// In the potential of the frozen slope of the risk.
    Matrix velocity_at(const Field& state) const
    {
        Field psi;
        Matrix gradient;
        flow_->potential(state, psi, gradient);
        return velocity(state, gradient);
    }

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

    void add_rate(const Field&, Field& rate) const override
    {
        add(flow_->evaluation().potential, flow_->evaluation().masses, 1.0, rate);
    }
    /// Masses are positive whatever their logarithms do.
    double rate_limit(const Field&) const override { return infinite; }
    /// Exact; under mean-preserving growth the offset does not matter to the masses.
    void advance(Field& state, double dt, Advance) const override
    {
        Field psi;
        Matrix gradient;
        flow_->potential(state, psi, gradient);
        add(psi, flow_->masses(state), dt, state);
    }
    double advance_limit(const Field&) const override { return infinite; }

private:
    void add(const Field& potential, const Field& masses, double dt, Field& state) const
    {
        const double offset = flow_->growth_offset(potential, masses);
        auto log_masses = flow_->layout().log_masses(state);
        for_each_block(particle_blocks(potential.size()), [&](Index first, Index count) {
            log_masses.segment(first, count).array() -=
                dt * kappa_ * (potential.segment(first, count).array() - offset);
        });
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
