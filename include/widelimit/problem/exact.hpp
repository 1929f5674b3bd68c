// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "widelimit/core/field.hpp"
#include "widelimit/core/schedule.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

using Function = std::function<double(double)>;

/// int f dx over [from, to] by adaptive Gauss-Kronrod quadrature, to about 1e-13 of the integral of |f|.
double integral(const Function& f, double from, double to);

/// int g dF over (lower, upper) of a law F, from g and its slope g': by parts, since a law has no density.
/// The bounds are finite.
double integral(const Law& law, const Function& g, const Function& slope, double lower, double upper);

/// A law of one coordinate that the flow carries along characteristics,
///
///     mu_t(lower, upper) = mass * int growth(x0, t) dF(x0) over (origin(lower, t), origin(upper, t)),
///
/// with growth = 1 unless a problem says otherwise.  For the mean-preserving law the integral is divided by
/// its value over all x0; for the linear law there is no mass at time 0 and the factor is dropped.
/// values(): mass.
class Transported : public Exact {
public:
    /// Law, mass, growth law and whether there is any transport are the problem's.
    explicit Transported(const Problem& problem);

    double mass_between(double sign, double lower, double upper, double t) const override;
    std::map<std::string, double> values(double t) const override;
    std::vector<std::string> names() const override { return {"mass"}; }

protected:
    /// Where the neuron that is at x at time t was at time 0; called only if there is transport.
    virtual double origin(double x, double t) const = 0;
    /// Mass at t of unit mass that started at x0, and its derivative in x0; called only if masses change.
    virtual double growth(double, double) const { return 1.0; }
    virtual double growth_slope(double, double) const { return 0.0; }

    double mass() const { return mass_; }
    bool frozen() const { return frozen_; }
    const Growth& growth_law() const { return growth_; }
    /// int g dF over the whole law of time 0.
    double moment(const Function& g, const Function& slope) const;

private:
    double carried(double lower, double upper, double t) const;

    std::shared_ptr<const Law> law_;
    double mass_;
    Growth growth_;
    bool frozen_, circle_;
};

/// mass * N(mean(t), variance(t)).  values(): mass, mean, variance, second_moment.
class GaussianPath : public Exact {
public:
    explicit GaussianPath(double mass) : mass_(mass) {}

    double mass_between(double sign, double lower, double upper, double t) const override;
    std::map<std::string, double> values(double t) const override;
    std::vector<std::string> names() const override { return {"mass", "mean", "second_moment", "variance"}; }

protected:
    virtual double mean(double t) const = 0;
    virtual double variance(double t) const = 0;
    double mass() const { return mass_; }
    /// int u log u of the density u = mass * N(., variance), 0 for a point.
    double entropy(double variance) const;

private:
    double mass_;
};

/// Flows of the soft-min of a balanced ReLU network in two dimensions from the uniform law on both circles,
/// in which the weights of the data stay equal for ever:
///
///     "single-point"  one point of any label;
///     "antipodal"     x labelled +1 and -x labelled -1;
///     "xor"           x and -x labelled +1, the same turned by a right angle labelled -1.
///
/// values(): mass, margin.
/// ConfigError if the data are not of that form.
std::shared_ptr<const Exact> make_margin_solution(const std::string& name, const Matrix& inputs,
                                                  const Field& labels, double decay, double mass);

/// The solution of a flow without explicit time at another constant speed; null if the speed varies.
std::shared_ptr<const Exact> at_speed(const Schedule& speed, std::shared_ptr<const Exact> exact);

}  // namespace widelimit
