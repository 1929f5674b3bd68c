// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/problem/exact.hpp"

namespace widelimit {

/// On the ball of radius R around a middle in R^d, density proportional to (1 - |x - middle|^2 / R^2)^q: the
/// shape of Barenblatt's solutions for q = 1 / (p - 1), and in any coordinate alone the same with q + (d - 1)
/// / 2.  Boxes by the incomplete beta function along the last coordinate and Gauss-Legendre quadrature over
/// the others, cut where the sphere leaves the box.
class Barenblatt : public JointLaw {
public:
    Barenblatt(Field middle, double radius, double exponent);
    Field masses_in(const Matrix& lower, const Matrix& upper) const override;
    Field draw(const Field& uniforms) const override;
    std::shared_ptr<const Law> marginal(Index coordinate) const override;

    const Field& middle() const { return middle_; }
    double radius() const { return radius_; }
    double exponent() const { return exponent_; }

private:
    /// Of (1 - z^2)^q along a coordinate with `after` more of them behind.
    double exponent_with(Index after) const { return exponent_ + 0.5 * static_cast<double>(after); }
    double density(double z, Index after) const;
    double mass_from(Index k, double radius, const Field& lower, const Field& upper) const;

    Field middle_;
    double radius_, exponent_;
    std::vector<double> heights_;  ///< of the densities by the number of coordinates behind
};

/// The same in one dimension: density proportional to (1 - z^2)^exponent, z = (x - middle) / radius.
std::unique_ptr<Law> make_power_law(double middle, double radius, double exponent);

/// d_t u = div(u grad(alpha |x|^2 / 2)) + strength Laplace u^p from Barenblatt's profile of the same p, in d
/// dimensions on the whole space: the profile for ever, with middle(t) = middle(0) exp(-alpha t) and
///
///     (R^N)' = c - alpha N R^N,    N = d (p - 1) + 2,
///     c = N 2 strength p / (p - 1) (M / B)^(p - 1),    B = int (1 - |y|^2)^(1 / (p - 1)) dy.
///
/// values(): mass, objective, internal_energy, mean and variance of every coordinate.  With alpha > 0 the
/// minimiser is the profile at rest.  Null if the law is another one.
std::shared_ptr<const Exact> make_barenblatt_flow(const Problem& problem, double alpha, double strength,
                                                  double power);

}  // namespace widelimit
