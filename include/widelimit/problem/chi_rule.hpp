// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

struct GaussRule {
    Field nodes, weights;  ///< weights sum to one
};

/// Gauss's rule for E g(s), s the length of a standard Gaussian vector with `degrees` entries: exact where g
/// is a polynomial of degree below 2 `count` in s^2.  Nodes by the eigenvalues of the Jacobi matrix of the
/// generalised Laguerre polynomials in s^2 / 2 (Golub, Welsch, Math. Comp. 23, 1969).
GaussRule chi_rule(Index degrees, Index count);

}  // namespace widelimit
