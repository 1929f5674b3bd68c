// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/eigensystem.hpp"

#include <Eigen/Eigenvalues>

namespace widelimit {

Eigensystem::Eigensystem(const Matrix& symmetric)
{
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric);
    values = solver.eigenvalues();
    vectors = solver.eigenvectors();
}

}  // namespace widelimit
