// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "widelimit/particles/particle_layout.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// How the neurons of a network of finite width stand for the initial law.
enum class Start {
    random,      ///< independent draws, the signs by a fair coin
    quadrature,  ///< the law's own points of equal weight (JointLaw::spread), for either sign: quantiles and
                 ///< their products, or atoms
    low_discrepancy,  ///< draws from the points of Sobol's sequence in the place of random numbers, shifted
                      ///< around by the seed (Cranley and Patterson, SIAM J. Numer. Anal. 13, 1976)
};

/// "random", "quadrature", "low-discrepancy"; the text of an unknown one throws ConfigError.
std::string text(Start kind);
Start start_from(const std::string& name);

/// ConfigError for a quadrature start of a law that has no points of such a number.
void check_start(const Problem& problem, Start kind, Index width);

ParticleLayout particle_layout(const Problem& problem, Index width);

/// State at time 0 of `width` particles of equal mass, problem.initial.mass / width each (times |theta|^2 for
/// Sphere::weights), and their signs, +1 or -1 (all +1 if the amplitude has none).  Random and
/// low-discrepancy starts are functions of (seed, width), and independent for different widths; a quadrature
/// start has no use for the seed, and of an odd width the +1 get one more. ConfigError as check_start.
Field start(const Problem& problem, Start kind, Index width, std::uint64_t seed, Field& signs);

}  // namespace widelimit
