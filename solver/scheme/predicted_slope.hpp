// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// The slope of the risk at the predictions of the end of a step, r = R'(f + dt (b - K r)).
///
/// For frozen upstream sides one explicit step is linear in the potential psi = Phi r + V, so that the
/// predictions move by exactly dt (b - K r) with
///
///     K = kappa int phi phi^T dmu + int grad phi M grad phi^T dmu   (the latter from the face fluxes),
///     b = -kappa int phi V dmu - int grad phi M grad V dmu.
///
/// The n equations are solved by Newton's method with a line search on the residual; the sides are those of
/// the potential found, by repetition.
class PredictedSlope {
public:
    PredictedSlope(GridFlow& flow, const Field& state, double dt);
    /// Replaces slope and potential of the evaluation.  Throws NumericalError if Newton does not converge.
    void solve(FreeEnergy::Evaluation& evaluation);

private:
    void assemble();
    void add_transport(Index channel);
    void add_faces(Index channel, const ChannelFlux& flux);
    void add_growth(Index channel);
    Field newton(Field r) const;
    Field residual(const Field& r) const;
    Field newton_in_predictions(Field f) const;
    Field wrong_predictions(const Field& f) const;

    GridFlow* flow_;
    const Field* state_;
    double dt_, mass_;
    Matrix features_;  ///< predictions x sites
    Field start_;      ///< f at the beginning of the step
    Matrix response_;
    Field drift_;
};

}  // namespace widelimit
