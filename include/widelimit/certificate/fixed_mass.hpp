// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/certificate/programme.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// min R(f_mu) + int V dmu over mu >= 0 of a given mass M (where nothing grows: of a given mass for either
/// sign), neurons anywhere in R^rank, V = c / 2 |theta|^2 up to a constant, c > 0.  Every r bounds it from
/// below by
///
///     -R*(r) + sum_s M_s inf psi_{r, s},     psi_{r, s} = s sum_i r_i phi_i + V,
///
/// with the infimum over ALL neurons by subdivision: boxes that cannot hold it by the bounds of the features
/// (Features::bound, variation, remainder) are left out.
struct Infimum {
    double low = 0.0;   ///< psi is nowhere smaller
    double high = 0.0;  ///< psi at `place`
    Field place;        ///< a neuron, amplitude axis included
    double sign = 1.0;
    Index boxes = 0;  ///< that were looked at
};

/// Why a problem has no such bound, in words; "" where it has.
std::string no_infimum(const Problem& problem);

/// Over all amplitudes that the problem has, or of one sign, +1 or -1.  To `tolerance`, absolute, unless that
/// takes more than `most` boxes (0: what takes a second or two): then `low` is what they prove.
Infimum least_potential(const Problem& problem, const Field& slope, double tolerance, int sign = 0,
                        Index most = 0);

/// Masses that stay: of all neurons (sign 0), or of those of one sign.
struct FixedMass {
    int sign;
    double mass;
};
std::vector<FixedMass> fixed_masses(const Problem& problem);

/// That bound, and what it is made of: one infimum a fixed mass.
struct FixedMassBound {
    double value;
    std::vector<Infimum> infima;
};
FixedMassBound fixed_mass_bound(const Problem& problem, const Field& slope, double tolerance);

/// Of a network.
double fixed_mass_objective(const Problem& problem, const SparseNetwork& network);

/// That minimum: shares of finitely many neurons are optimal (active set), their places are polished
/// (Newton), and the neuron where psi is least is added, until the bounds meet to `tolerance`, relative to
/// |F|.
Bracket least_of_fixed_mass(const Problem& problem, const SparseNetwork& start, double tolerance = 1e-10);

}  // namespace widelimit
