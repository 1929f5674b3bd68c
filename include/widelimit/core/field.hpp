// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

namespace widelimit {

using Index = Eigen::Index;

/// The numbers of a state, and any other flat array.
using Field = Eigen::VectorXd;

using Matrix = Eigen::MatrixXd;

}  // namespace widelimit
