// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"
#include "widelimit/network/activation.hpp"

namespace widelimit {

/// Units sigma(w . x) with one kink, at 0: above * z for z > 0 and below * z for z < 0.
struct KinkedUnits {
    double above = 1.0, below = 0.0;
};

/// Those of a positively homogeneous activation.
KinkedUnits kinked_units(const Activation& activation);

/// A preactivation this close to a kink, relative to |w| |x|, lies on it: half a unit in the last place of an
/// angle near 2 pi is 4e-16, and cosine, sine and their products add as much again.
constexpr double round_off = 2e-15;

/// Up to so many weights have loops of their own.
constexpr Index most_weights_of_loops = 4;

/// out_i += sum_j c_j sigma(w_j . x_i); rows of `weights` are particles, rows of `inputs` nodes, columns in
/// memory one after another.  Both have the same number of columns, at most `most_weights_of_loops`.
void push_kinked(const KinkedUnits& units, const Matrix& weights, const Field& c, const Matrix& inputs,
                 Eigen::Ref<Field> out);

/// gradient_j += sum_i sigma'(w_j . x_i) pulled_i, rows as above; within `tolerance`_j of the kink the mean
/// of both sides.
void pull_kinked(const KinkedUnits& units, const Matrix& weights, const Field& tolerance,
                 const Matrix& inputs, const Matrix& pulled, Matrix& gradient);

/// value_j += sum_i a_i sigma(z_ij)^2, gradient_j += sum_i b_i sigma'(z_ij)^2, likewise.
void square_kinked(const KinkedUnits& units, const Matrix& weights, const Field& tolerance,
                   const Matrix& inputs, const Field& a, const Field& b, Field& value, Field& gradient);

}  // namespace widelimit
