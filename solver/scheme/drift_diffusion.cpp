// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>

#include "parts.hpp"
#include "tridiagonal.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

class DriftDiffusion : public Part {
public:
    explicit DriftDiffusion(const GridFlow& flow) : flow_(&flow) {}
    std::string name() const override { return "drift-diffusion"; }

    void add_rate(const Field& state, Field& rate) const override
    {
        for_each_block(channels(*flow_), [&](Index c, Index) {
            ChannelFlux flux;
            flow_->flux(state, c, flux);
            auto out = flow_->layout().channel(rate, c);
            for_each_face(flow_->grid(), [&](Index face, Index left, Index right, Index, int) {
                out[left] -= flux.faces[face];
                out[right] += flux.faces[face];
            });
        });
    }

    double rate_limit(const Field&) const override
    {
        double fastest = 0.0;
        for (Index c = 0; c < flow_->layout().channels; ++c) {
            const Conductances k = conductances(flow_->potential(c));
            Field out = Field::Zero(flow_->grid().sites());
            for_each_face(flow_->grid(), [&](Index face, Index left, Index right, Index, int) {
                out[left] += k.forward[face] / flow_->grid().volumes()[left];
                out[right] += k.backward[face] / flow_->grid().volumes()[right];
            });
            fastest = std::max(fastest, out.maxCoeff());
        }
        return 1.0 / fastest;
    }

    /// (volume + dt A) u_new = mass, A the M-matrix of the flux at the frozen potential.
    void advance(Field& state, double dt, Advance) const override
    {
        const Grid& grid = flow_->grid();
        for_each_block(channels(*flow_), [&](Index c, Index) {
            const Conductances k = conductances(flow_->potential(c));
            CyclicTridiagonal matrix(grid.volumes());
            for_each_face(grid, [&](Index face, Index left, Index right, Index, int) {
                matrix.couple(left, right, dt * k.forward[face], dt * k.backward[face]);
            });
            auto mass = flow_->layout().channel(state, c);
            mass = matrix.solve(mass).cwiseProduct(grid.volumes());
        });
    }
    double advance_limit(const Field&) const override { return std::numeric_limits<double>::infinity(); }

private:
    /// flux = forward * u_left - backward * u_right.
    struct Conductances {
        Field forward, backward;
    };

    Conductances conductances(const Field& psi) const
    {
        const Grid& grid = flow_->grid();
        const Field ones = Field::Ones(grid.sites()), zeros = Field::Zero(grid.sites());
        Conductances k{Field(grid.faces()), Field(grid.faces())};
        const auto& m = flow_->energy().mobility();
        const double tau = flow_->energy().temperature();
        flow_->scheme().sweep(grid, zeros, ones, psi, m, tau, k.forward);
        flow_->scheme().sweep(grid, ones, zeros, psi, m, tau, k.backward);
        k.backward = -k.backward;
        return k;
    }

    const GridFlow* flow_;
};

}  // namespace

std::unique_ptr<Part> make_drift_diffusion(const GridFlow& flow)
{
    return std::make_unique<DriftDiffusion>(flow);
}

}  // namespace widelimit
