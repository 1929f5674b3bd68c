// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/SparseCore>
#include <memory>
#include <utility>
#include <vector>

#include "widelimit/energy/discrepancy.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// ConfigError where a flow has no Linearisation: for what is not a two-point flux, for an internal energy, a
/// source, linear growth, and where the features of so many sites would not fit into memory.
void check_linearisation(const Problem& problem, const FluxScheme& scheme, double sites);

/// The derivative J of the discrete rate G of a grid flow at a state, d_t mu = s(t) G(mu), as an operator on
/// perturbations v of the masses of mu (not of p), one column each:
///
///     J v = div(v M grad psi) + div(mu M grad(I v)) - kappa (psi - c) v - kappa (I v - dc) mu,
///
/// I v = sum_i phi_i (R'' <phi, v>)_i + K * v the answer of psi.  Fluxes are those of the scheme with the
/// sides that are upstream held fixed; slopes that are limited are differentiated, and what is clipped stays
/// clipped.  As G is homogeneous of degree one for fixed psi, its part for fixed psi is the flux itself.
class Linearisation {
public:
    /// ConfigError as check_linearisation.
    explicit Linearisation(const GridFlow& flow);

    /// Takes J at a state that the flow was last prepared with.
    void take(const Field& state);

    /// J v (masses x columns).
    Matrix apply(const Matrix& v) const { return apply(v, answer(v)); }
    /// The same where I v is known.
    Matrix apply(const Matrix& v, const Matrix& answers) const;
    /// The transposed of J: sum of w J v = sum of v transpose(w), to round-off.
    Matrix transpose(const Matrix& w) const;
    /// What a change of psi at one mass makes of the rates of all functionals w (masses x columns), at fixed
    /// mu: of phi_i r_i it is <phi_i, pulled> r_i.
    Matrix pulled(const Matrix& w) const;
    /// I v.
    Matrix answer(const Matrix& v) const;
    /// sum over the columns of D^2 G(v, v) / 2, for columns of mass 0; slopes and, at a positive temperature,
    /// fluxes to their second order are those of the equation.
    Field bend(const Matrix& v) const { return bend(v, answer(v)); }
    Field bend(const Matrix& v, const Matrix& answers) const;
    /// sum over the columns of the second order of psi: phi R'''[<phi, v>, <phi, v>] / 2.
    Field second_answer(const Matrix& v) const;

    /// Predictions of perturbations (nodes x columns).
    Matrix predictions(const Matrix& v) const;
    /// The features of every mass, signs and amplitudes included (masses x nodes).
    Matrix features() const;
    /// R'' applied to columns.
    Matrix curvature(const Matrix& f) const;
    /// Moves between two masses that noise makes by itself: its quadratic variation per time is that of
    /// sum_k sqrt(rate_k) (delta_to - delta_from) dW_k, rate = 2 tau M u area / distance.
    struct Exchange {
        Index from, to;
        double rate;
    };
    const std::vector<Exchange>& noise() const { return noise_; }

    const GridFlow& flow() const { return *flow_; }

private:
    using Sparse = Eigen::SparseMatrix<double, Eigen::RowMajor>;

    Matrix kernel_answer(const Matrix& v) const;
    void add_mean_terms(const Matrix& v, const Matrix& answers, Matrix& rate) const;
    /// kappa <mu, w> / mass.
    double mean_share(const Eigen::Ref<const Field>& w) const;
    bool keeps_mass() const { return flow_->problem().growth.kind == Growth::Kind::mean_preserving; }

    const GridFlow* flow_;
    Problem without_target_;
    std::unique_ptr<Discrepancy> kernel_;  ///< of a target of 0; null: none
    Matrix features_;                      ///< sites x nodes
    Field mu_, psi_;
    double offset_ = 0.0, mass_ = 0.0;  ///< c, and the mass of mu
    Sparse local_;                      ///< at fixed psi
    Sparse pushed_;                     ///< at fixed mu, of a change of psi
    Sparse values_, drops_, moves_;     ///< face values of v, M area / distance times drops, and -div
    std::vector<Exchange> noise_;
};

}  // namespace widelimit
