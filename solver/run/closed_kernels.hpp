// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/energy/tangent_kernel.hpp"

namespace widelimit {

/// ReLU units with uniform directions: both layers from a balanced start, the output layer alone, or both
/// layers with uniform directions of all weights (as of Gaussian ones).
bool knows_closed_kernels(const Problem& problem);
/// Their tangent kernel at the start per unit mass, for rows of inputs (a bias as a 1).
Matrix closed_kernel(const Problem& problem, const Matrix& inputs);

}  // namespace widelimit
