// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/chi_rule.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

namespace widelimit {

GaussRule chi_rule(Index degrees, Index count)
{
    const double alpha = 0.5 * static_cast<double>(degrees) - 1.0;
    Field diagonal(count), beside(count - 1);
    for (Index k = 0; k < count; ++k) {
        const auto n = static_cast<double>(k);
        diagonal[k] = 2.0 * n + 1.0 + alpha;
        if (k > 0) {
            beside[k - 1] = std::sqrt(n * (n + alpha));
        }
    }
    Eigen::SelfAdjointEigenSolver<Matrix> solver;
    solver.computeFromTridiagonal(diagonal, beside);
    return {(2.0 * solver.eigenvalues()).cwiseSqrt(), solver.eigenvectors().row(0).cwiseAbs2().transpose()};
}

}  // namespace widelimit
