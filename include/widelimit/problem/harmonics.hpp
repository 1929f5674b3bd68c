// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/problem/features.hpp"

namespace widelimit {

/// A real spherical harmonic Y_lm on S^2, orthonormal under the uniform probability: Y_00 = 1, Y_10 = sqrt(3)
/// z, sum over m of Y_lm^2 = 2 l + 1.  Orders m < 0 are sines, m > 0 cosines of |m| times the longitude.
struct Harmonic {
    Index degree = 0, order = 0;
};

/// All orders of the degrees.
std::vector<Harmonic> harmonics_of(const std::vector<Index>& degrees);

/// One prediction a harmonic: f = int Y_lm dmu.  Directions are unit vectors (3 x directions); gradients
/// those of the polynomials Y_lm = q_lm(z) Re or Im (x + i y)^|m|, of which a flow on the sphere takes the
/// tangential part.
std::unique_ptr<Features> make_harmonics(std::vector<Harmonic> harmonics);

/// Coefficients a_l of Funk and Hecke on S^2 for l = 0, ..., degree: E_x s(theta . x) Y_l(x) = a_l
/// Y_l(theta), x uniform on the sphere, of the ReLU and of the step 1{z > 0}.
std::vector<double> relu_multipliers(Index degree);
std::vector<double> step_multipliers(Index degree);

}  // namespace widelimit
