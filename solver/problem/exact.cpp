// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/exact.hpp"

#include <algorithm>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <numbers>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// One Gauss-Kronrod rule: integral, its likely error, and the integral of |f|.
struct Rule {
    Rule(const Function& f, double lower, double upper) : from(lower), to(upper)
    {
        using Points = boost::math::quadrature::gauss_kronrod<double, 31>;
        value = Points::integrate(f, from, to, 0, 0.0, &error, &size);
        error *= 0.5 * (to - from);
    }
    double from, to, value = 0.0, error = 0.0, size = 0.0;
};

/// Boost's own refinement compares the error over the unit interval with the integral over this one, and
/// never ends on short intervals.
double refined(const Function& f, const Rule& whole, double tolerance, int depth)
{
    if (depth == 0 || whole.error <= std::max(tolerance, 1e-13 * whole.size)) {
        return whole.value;
    }
    const double middle = 0.5 * (whole.from + whole.to);
    const Rule left(f, whole.from, middle), right(f, middle, whole.to);
    // Errors of smooth functions fall; what is left is round-off in f.
    if (whole.error < 1e-3 * whole.size && left.error + right.error > 0.6 * whole.error) {
        return left.value + right.value;
    }
    return refined(f, left, 0.5 * tolerance, depth - 1) + refined(f, right, 0.5 * tolerance, depth - 1);
}

class AtSpeed : public Exact {
public:
    AtSpeed(double speed, std::shared_ptr<const Exact> exact) : speed_(speed), exact_(std::move(exact)) {}

    double mass_between(double sign, double lower, double upper, double t) const override
    {
        return exact_->mass_between(sign, lower, upper, speed_ * t);
    }
    Field masses_in(double sign, const Matrix& lower, const Matrix& upper, double t) const override
    {
        return exact_->masses_in(sign, lower, upper, speed_ * t);
    }
    Field predictions(double t) const override { return exact_->predictions(speed_ * t); }
    std::map<std::string, double> values(double t) const override { return exact_->values(speed_ * t); }
    std::vector<std::string> names() const override { return exact_->names(); }
    bool presses() const override { return exact_->presses(); }
    double least_objective() const override { return exact_->least_objective(); }
    Field minimiser_in(double sign, const Matrix& lower, const Matrix& upper) const override
    {
        return exact_->minimiser_in(sign, lower, upper);
    }
    Field density(double sign, const Matrix& directions, double t) const override
    {
        return exact_->density(sign, directions, speed_ * t);
    }
    Field minimiser_density(double sign, const Matrix& directions) const override
    {
        return exact_->minimiser_density(sign, directions);
    }

private:
    double speed_;
    std::shared_ptr<const Exact> exact_;
};

}  // namespace

double integral(const Function& f, double from, double to)
{
    if (!(from < to)) {
        return 0.0;
    }
    const Rule whole(f, from, to);
    return refined(f, whole, 1e-13 * whole.size, 12);
}

double integral(const Law& law, const Function& g, const Function& slope, double lower, double upper)
{
    // Short pieces, so that a growth that varies by many orders of magnitude does so between pieces.
    const double widest = (law.to() - law.from()) / 32.0;
    const double count = std::max(1.0, std::ceil((upper - lower) / widest * (1.0 - 1e-12)));
    double sum = 0.0;
    for (double k = 0.0; k < count; ++k) {
        const double a = lower + (upper - lower) * k / count;
        const double b = lower + (upper - lower) * (k + 1.0) / count;
        const auto behind = [&](double x) { return slope(x) * law.between(a, x); };
        sum += g(b) * law.between(a, b) - integral(behind, a, b);
    }
    return sum;
}

Transported::Transported(const Problem& problem)
    : law_(problem.initial.laws.front()),
      mass_(problem.initial.mass),
      growth_(problem.growth),
      frozen_(problem.frozen || problem.growth.kind == Growth::Kind::linear),
      circle_(problem.coordinates.front().circle)
{}

double Transported::moment(const Function& g, const Function& slope) const
{
    return integral(*law_, g, slope, law_->from(), law_->to());
}

/// int growth dF over the places at time 0 of (lower, upper).
double Transported::carried(double lower, double upper, double t) const
{
    if (growth_.kind == Growth::Kind::none) {
        return law_->between(lower, upper);
    }
    const double a = circle_ ? lower : std::clamp(lower, law_->from(), law_->to());
    const double b = circle_ ? upper : std::clamp(upper, law_->from(), law_->to());
    return integral(
        *law_, [&](double x) { return growth(x, t); }, [&](double x) { return growth_slope(x, t); }, a, b);
}

double Transported::mass_between(double, double lower, double upper, double t) const
{
    const double a = frozen_ ? lower : origin(lower, t), b = frozen_ ? upper : origin(upper, t);
    const double part = carried(a, b, t);
    switch (growth_.kind) {
        case Growth::Kind::none:
        case Growth::Kind::proportional:
            return mass_ * part;
        case Growth::Kind::mean_preserving:
            return mass_ * part / carried(law_->from(), law_->to(), t);
        case Growth::Kind::linear:
            return part;
    }
    return part;
}

std::map<std::string, double> Transported::values(double t) const
{
    const double whole = carried(law_->from(), law_->to(), t);
    const bool kept = growth_.kind == Growth::Kind::none || growth_.kind == Growth::Kind::mean_preserving;
    return {{"mass", growth_.kind == Growth::Kind::linear ? whole : kept ? mass_ : mass_ * whole}};
}

double GaussianPath::mass_between(double, double lower, double upper, double t) const
{
    return mass_ * make_gaussian(mean(t), std::sqrt(variance(t)))->between(lower, upper);
}

std::map<std::string, double> GaussianPath::values(double t) const
{
    const double m = mean(t), v = variance(t);
    return {{"mass", mass_}, {"mean", m}, {"variance", v}, {"second_moment", v + m * m}};
}

double GaussianPath::entropy(double variance) const
{
    const double normal = 0.5 * std::log(2.0 * std::numbers::pi * std::numbers::e * variance);
    return variance > 0.0 ? mass_ * (std::log(mass_) - normal) : 0.0;
}

std::shared_ptr<const Exact> at_speed(const Schedule& speed, std::shared_ptr<const Exact> exact)
{
    if (!speed.constant() || exact == nullptr) {
        return nullptr;
    }
    const double factor = speed(0.0);
    return factor == 1.0 ? exact : std::make_shared<AtSpeed>(factor, std::move(exact));
}

}  // namespace widelimit
