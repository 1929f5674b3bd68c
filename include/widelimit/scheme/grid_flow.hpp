// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "widelimit/energy/free_energy.hpp"
#include "widelimit/scheme/flux.hpp"
#include "widelimit/time/flow.hpp"

namespace widelimit {

class BoxSweep;

/// Throws ConfigError where problem, grid and scheme do not fit together.
void check_fit(const Problem& problem, const Grid& grid, const FluxScheme& scheme);

/// Fluxes of one channel: through faces, and through both sides of every point cell (positive to the right).
struct ChannelFlux {
    Field faces, point_left, point_right;
};

/// d_t mu = div(mu M grad(psi + tau log(u / m) + e'(u / m))) - growth + source, discretised on a grid.
///
/// Parts: transport (or, at positive temperature, drift-diffusion; with an internal energy, internal
/// diffusion), growth and source.  The energy is evaluated once
/// a state: `prepare` returns at once if it is asked again for the state that it saw last.
class GridFlow : public Flow {
public:
    /// Throws ConfigError as check_fit does.
    GridFlow(const Problem& problem, const Grid& grid, const FluxScheme& scheme);
    ~GridFlow() override;

    void prepare(const Field& state, double t) override;
    /// In one sweep where transport on even cells is all there is; what it prepares is then forgotten.
    void stage(const Field& state, double t, double dt, const Field& start, double share,
               Field& out) override;
    void foresee(const Field& state, double t, double dt) override;
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    /// Without data psi is fixed.
    bool interacts() const override { return energy_.interacts() || !problem().temperature.constant(); }
    Index nonnegative() const override { return is_signed() ? 0 : layout().masses(); }
    /// Of a mass: itself and the largest mass of any site; of the log mass: 1.
    Field sizes(const Field& before, const Field& after) const override;
    double coupling_limit(const Field& state) const override;
    void tidy(Field& state) const override;
    double speed(double t) const override { return problem().speed(t); }

    /// An entry of the state in words: "cell 17 (angle = 0.34), sign +1", "log of the total mass".
    std::string entry_name(Index entry) const;

    const FreeEnergy& energy() const { return energy_; }
    const Problem& problem() const { return energy_.problem(); }
    const Grid& grid() const { return energy_.grid(); }
    const Layout& layout() const { return energy_.layout(); }
    const Stencils& stencils() const { return stencils_; }
    const FluxScheme& scheme() const { return *scheme_; }
    /// M along a direction is the same everywhere.
    bool even_mobility(int direction) const { return even_mobility_[static_cast<std::size_t>(direction)]; }
    /// Of the last `prepare`.
    const FreeEnergy::Evaluation& evaluation() const { return evaluation_; }
    /// psi of one channel, of the last `prepare` or `foresee`.
    Field potential(Index channel) const;
    /// What drifts: psi - tau log m.
    Field driving_potential(Index channel) const;
    /// Of the last `prepare`.
    double temperature() const { return evaluation_.temperature; }
    /// The internal energy with the entropy at that temperature; null where the problem has none.
    const Internal* internal() const { return internal_.get(); }
    void flux(const Field& state, Index channel, ChannelFlux& out) const;
    /// -dF/dt at the last prepared state, from the discrete fluxes; s(t) not included.
    double dissipation(const Field& state) const;
    /// A state may have negative entries (linear growth).
    bool is_signed() const { return problem().growth.kind == Growth::Kind::linear; }
    bool grows() const { return problem().growth.kind != Growth::Kind::none; }
    /// c of the growth law of a state with the potential of the last `prepare`.
    double growth_offset(const Field& state) const;
    /// Claims that F does not increase over a step.
    bool dissipates() const;

    /// Fluxes of stages are computed in single precision, as psi is.
    bool rounds() const { return rounds_; }
    /// Stages of states that were not prepared make psi row by row, where it is used.
    bool takes_rows() const { return takes_rows_; }
    /// Null where cells, mobility or fluxes are not of its kind.
    const BoxSweep* box() const { return box_.get(); }

private:
    bool is_of(const Field& state, double t) const;
    void evaluate(const Field& state, double t);
    template <class Real>
    void sweep(const Field& state, const Real* masses, const Real* psi, double dt, const Field& start,
               double share, Field& out) const;

    friend class PredictedSlope;
    FreeEnergy energy_;
    Stencils stencils_;
    const FluxScheme* scheme_;
    std::vector<bool> even_mobility_;
    std::unique_ptr<BoxSweep> box_;
    std::vector<std::unique_ptr<Part>> parts_;
    FreeEnergy::Evaluation evaluation_;
    Rounded rounded_;
    bool rounds_ = false, takes_rows_ = false;
    std::shared_ptr<const Internal> internal_;
    Field prepared_;
    bool is_prepared_ = false;
    double prepared_at_ = 0.0;
};

}  // namespace widelimit
