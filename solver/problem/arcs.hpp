// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/problem/features.hpp"

namespace widelimit {

/// The same features as `direct`, a ridge on the circle whose activation is positively homogeneous:
/// sigma(z) = z times one number for z > 0 and another for z < 0.  Between two neighbouring kinks
/// sum_i r_i feature_i(omega) = omega . S with one vector S, so that `push` and `pull` cost a look-up a point
/// instead of a product a point and node.  Values agree with the direct sums to round-off.
std::unique_ptr<Features> make_arcs(std::unique_ptr<Features> direct, const Activation& activation,
                                    const Matrix& inputs);

}  // namespace widelimit
