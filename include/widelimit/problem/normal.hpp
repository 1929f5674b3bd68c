// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "widelimit/problem/exact.hpp"

namespace widelimit {

/// N(mean, covariance) of several coordinates.
struct Normal {
    Field mean;
    Matrix covariance;

    /// -int log(density) of the law.
    double entropy() const;
    /// Masses of boxes between two corners (coordinates x boxes): of intervals by the error function; in
    /// several coordinates by tensor Gauss-Legendre quadrature of the density, on pieces no wider than half
    /// the deviation along an axis with the others fixed, to an absolute error below 1e-10.
    Field masses_in(const Matrix& lower, const Matrix& upper) const;
};

/// The law at time 0 if its coordinates are independent Gaussians.
std::optional<Normal> normal_start(const InitialLaw& initial);

/// int over (0, t) of 2 tau(s) exp(-2 rate (t - s)) ds: the variance that noise leaves where places shrink by
/// exp(-rate t).  tau may be a function of a clock that runs `speed` times as fast.
double noise_variance(const Schedule& temperature, double speed, double rate, double t);

/// mass * N(mean(t), covariance(t)).  values(): mass, and for coordinates a and b in their order mean.a,
/// variance.a, second_moment.a.b (a = b included) and covariance.a.b.
class NormalPath : public Exact {
public:
    NormalPath(std::vector<Coordinate> coordinates, double mass)
        : coordinates_(std::move(coordinates)), mass_(mass)
    {}
    double mass_between(double sign, double lower, double upper, double t) const override;
    Field masses_in(double sign, const Matrix& lower, const Matrix& upper, double t) const override;
    std::map<std::string, double> values(double t) const override;
    std::vector<std::string> names() const override;

protected:
    virtual Normal at(double t) const = 0;
    double mass() const { return mass_; }
    /// Names of further values.
    virtual std::vector<std::string> more_names() const { return {}; }
    /// int u log u of the density u = mass * law.
    double entropy(const Normal& law) const { return mass_ * (std::log(mass_) - law.entropy()); }

private:
    std::vector<Coordinate> coordinates_;
    double mass_;
};

}  // namespace widelimit
