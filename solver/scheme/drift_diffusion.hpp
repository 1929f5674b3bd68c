// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "parts.hpp"

namespace widelimit {

/// The flux through a face is forward * u_left - backward * u_right.
struct Conductances {
    Field forward, backward;
};

/// Drift and diffusion by fluxes that are linear in the density for a frozen potential; how steps are taken
/// is left to the kind of grid.
class DriftDiffusion : public Part {
public:
    explicit DriftDiffusion(const GridFlow& flow) : flow_(&flow) {}
    std::string name() const override { return "drift-diffusion"; }

    void add_rate(const Field& state, Field& rate) const override { add_fluxes(*flow_, state, rate); }
    double rate_limit(const Field& state) const override;
    /// One step of mean motion is a cell: 1 / dt = sum over the directions of the root mean square over mu of
    /// (drift + diffusive velocity) / distance, and of the longest wave's velocity over the cell width.
    double advance_limit(const Field& state) const override;

protected:
    const GridFlow& flow() const { return *flow_; }
    /// Of all channels, parts of rows shared by threads.
    std::vector<Conductances> conductances() const;
    /// What flows into a wall per unit density beside it.
    double into(const PointCell& wall, Index channel) const;
    Blocks shared(Index count, Index size) const;

private:
    /// Sums over faces of mu (drift / distance)^2 and mu (diffusive velocity / distance)^2, and the longest
    /// wave's velocity over the cell width.
    struct Motion {
        double drift = 0.0, diffusion = 0.0, slowest = 0.0;
    };
    Motion motion_of(const FaceRun& run, const Field& psi, const Eigen::Ref<const Field>& masses) const;
    void fill(const FaceRow& row, const Field& psi, Conductances& k) const;

    const GridFlow* flow_;
};

/// Axis after axis, each a tridiagonal M-matrix; and one sparse M-matrix on the sphere.
std::unique_ptr<Part> make_drift_diffusion_along_axes(const GridFlow& flow);
std::unique_ptr<Part> make_drift_diffusion_on_sphere(const GridFlow& flow);

/// 1 - 1 / sqrt 2: with v the result of a backward Euler step of this share of dt, another one from v + sqrt
/// 2 (v - m) is the stiffly accurate two-stage method of order 2 (Alexander, SIAM J. Numer. Anal. 14, 1977).
/// Both keep what backward Euler keeps: the mass and the Gibbs state.
constexpr double stage_share = 1.0 - 0.5 * std::numbers::sqrt2;

}  // namespace widelimit
