// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>

#include "widelimit/core/field.hpp"
#include "widelimit/core/mask.hpp"

namespace widelimit {

/// What a flux between two cells depends on.  `left` and `right` are cell averages of the density; where the
/// scheme reconstructs, both are the value at the face of the cell upstream, the one with the higher psi.
/// `drop` is psi_left - psi_right, `conductance` the mobility over the distance of the centres.
template <class Real>
struct FaceOf {
    Real left, right;
    Real drop, conductance, temperature;
};
using FaceState = FaceOf<double>;

/// What an author writes: the flux per area from left to right, proportional to `conductance`, since drift
/// and diffusion both carry the mobility.  Rows go on where there is no face, so that it must be a number for
/// any two cells.
template <class T>
concept TwoPointFlux = requires(const T f, const FaceState& face)
{
    {
        f(face)
        } -> std::convertible_to<double>;
};

/// One that may also be computed with 7 digits.
template <class T>
concept SingleFlux = TwoPointFlux<T> && requires(const T f, const FaceOf<float>& face)
{
    {
        f(face)
        } -> std::same_as<float>;
};

/// Faces between even cells, at temperature 0: the arrays go from face to face.
template <class Real>
struct EvenFaces {
    const Real *left, *right;  ///< masses
    const Real *left_potential, *right_potential;
    /// Half the limited slopes, of flux schemes that reconstruct.
    const Real* left_slope;
    const Real* right_slope;
    Real conductance;  ///< per mass, times area: what flows is proportional to it
    Index count;
    /// Those on the right may still be to be found, by the masses beyond these cells: they take the place of
    /// those on the left, which are here then.
    const Real* beyond = nullptr;
    Real* moving_slope = nullptr;
};

/// Half the harmonic mean of two neighbouring differences, 0 at an extremum (van Leer, J. Comput. Phys. 14,
/// 1974): the change from the middle of an even cell to its face.
template <class Real>
Real half_limited(Real a, Real b)
{
    const Real product = a * b;
    return kept_if(product > 0, product / (a + b));
}

/// The harmonic mean itself.
inline double limited(double a, double b)
{
    return 2.0 * half_limited(a, b);
}

}  // namespace widelimit
