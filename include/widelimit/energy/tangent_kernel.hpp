// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/energy/free_energy.hpp"

namespace widelimit {

/// The flow linearised at a measure mu: predictions move by df/dt = -T R'(f) with the tangent kernel
///
///     T_ij = sum over signs s^2 int (kappa phi_i phi_j + grad phi_i . M grad phi_j) dmu
///
/// (for the linear growth law int phi_i phi_j dlaw).  With g = sum_j c_j phi_j the function sum_j c_j T(x,
/// x_j) is that of the signed measure A g = s^2 (kappa mu g - div(mu M grad g)), by the differences that the
/// scheme takes: T = phi^T A phi.  The amplitude may not be a coordinate.
class TangentKernel {
public:
    TangentKernel(const FreeEnergy& energy, const Field& state);

    /// A g at the base sites, of g there.
    Field measure(const Field& g) const;
    /// That of sum_j c_j T(., x_j).
    Field measure_of(const Field& c) const;
    /// predictions x predictions.
    const Matrix& matrix() const { return matrix_; }

private:
    const FreeEnergy* energy_;
    Field growth_;                 ///< s^2 kappa mu, one a base site
    std::vector<double> between_;  ///< conductance of every face, then of either side of every point cell
    Matrix matrix_;
};

/// Tangent kernels of balanced ReLU units a (w . x)_+ with w uniform on the unit sphere of R^p, |a| = 1, for
/// rows x of inputs: E (w . x)_+ (w . x')_+ = |x| |x'| (sin t + (pi - t) cos t) / (2 pi p) of the output
/// weights, and x . x' P(w . x > 0, w . x' > 0) = x . x' (pi - t) / (2 pi) of the input weights, t the angle
/// between x and x' (Cho and Saul, NIPS 2009).
Matrix relu_output_kernel(const Matrix& inputs);
Matrix relu_input_kernel(const Matrix& inputs);

}  // namespace widelimit
