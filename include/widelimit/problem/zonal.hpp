// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "widelimit/problem/law.hpp"

namespace widelimit {

/// A law on S^2 that is the same all around an axis; z = u . axis.
class AxialLaw : public JointLaw {
public:
    explicit AxialLaw(Eigen::Vector3d axis) : axis_(axis.normalized()) {}

    const Eigen::Vector3d& axis() const { return axis_; }
    /// Density of the area at z.
    virtual double density(double z) const = 0;
    /// P(u . axis <= z), -1 <= z <= 1.
    virtual double cdf(double z) const = 0;
    /// Mean of the Legendre polynomial P_l(z).
    virtual double mode(Index l) const = 0;

    Field direction_density(const Matrix& directions, double power) const override;
    /// z by bisection, then an angle around the axis.
    Field draw(const Field& uniforms) const override;
    Field masses_in(const Matrix& lower, const Matrix& upper) const override;
    std::shared_ptr<const Law> marginal(Index) const override { return nullptr; }
    std::string refusal(Index) const override { return "is not for neurons on a sphere"; }

private:
    Eigen::Vector3d axis_;
};

/// (1 + sum_l c_l P_l(z)) / (4 pi), l = 1, 2, ...; P_l are Legendre polynomials.
class ZonalLaw : public AxialLaw {
public:
    ZonalLaw(Eigen::Vector3d axis, std::vector<double> coefficients)
        : AxialLaw(axis), coefficients_(std::move(coefficients))
    {}
    double density(double z) const override;
    double cdf(double z) const override;
    double mode(Index l) const override;

    const std::vector<double>& coefficients() const { return coefficients_; }

private:
    std::vector<double> coefficients_;
};

/// 1 + sum_l c_l P_l(z), c_1 first.
double zonal_series(const std::vector<double>& coefficients, double z);

/// Reads the axis; ConfigError where the coordinates are not those of S^2 or the density is negative
/// somewhere.
std::unique_ptr<JointLaw> make_zonal(const Settings& table, const std::vector<Coordinate>& coordinates,
                                     std::vector<double> coefficients);

/// The key `axis` of a table: three numbers, not all 0; by default the last coordinate's.
Eigen::Vector3d read_axis(const Settings& table);

}  // namespace widelimit
