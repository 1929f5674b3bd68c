// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/barenblatt.hpp"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numbers>

namespace widelimit {
namespace {

/// Density proportional to (1 - z^2)^exponent, z = (x - middle) / radius in (-1, 1): (1 + z) / 2 has the beta
/// law with both parameters exponent + 1.
class PowerLaw : public Law {
public:
    PowerLaw(double middle, double radius, double exponent)
        : Law(middle - radius, middle + radius), middle_(middle), radius_(radius), shape_(exponent + 1.0)
    {}
    double cdf(double x) const override
    {
        const double z = (x - middle_) / radius_;
        return z < 0.0 ? below(z) : 1.0 - below(-z);
    }
    double between(double lower, double upper) const override
    {
        const double a = (lower - middle_) / radius_, b = (upper - middle_) / radius_;
        if (a > 0.0) {
            return below(-a) - below(-b);
        }
        return b < 0.0 ? below(b) - below(a) : 1.0 - below(a) - below(-b);
    }
    double quantile(double q) const override
    {
        return middle_ + radius_ * (2.0 * boost::math::ibeta_inv(shape_, shape_, q) - 1.0);
    }

private:
    double below(double z) const
    {
        if (z <= -1.0 || z >= 1.0) {
            return z < 0.0 ? 0.0 : 1.0;
        }
        return shape_ == 2.0 ? 0.25 * (1.0 + z) * (1.0 + z) * (2.0 - z)
                             : boost::math::ibeta(shape_, shape_, 0.5 * (1.0 + z));
    }

    double middle_, radius_, shape_;
};

/// Nodes and weights of the Gauss-Legendre rule of order 16 on (-1, 1), those at positive places.
constexpr std::array<double, 8> gauss_places = {0.09501250983763744, 0.28160355077925891, 0.45801677765722739,
                                                0.61787624440264375, 0.75540440835500303, 0.86563120238783174,
                                                0.94457502307323258, 0.98940093499164993};
constexpr std::array<double, 8> gauss_weights = {
    0.18945061045506850, 0.18260341504492359, 0.16915651939500254, 0.14959598881657673,
    0.12462897125553387, 0.09515851168249278, 0.06225352393864789, 0.02715245941175409};

template <class Function>
double quadrature(const Function& f, double from, double to)
{
    const double half = 0.5 * (to - from), middle = 0.5 * (to + from);
    double sum = 0.0;
    for (std::size_t k = 0; k < gauss_places.size(); ++k) {
        sum += gauss_weights[k] * (f(middle - half * gauss_places[k]) + f(middle + half * gauss_places[k]));
    }
    return half * sum;
}

double ball_integral(double exponent, double dimension)
{
    return std::pow(std::numbers::pi, 0.5 * dimension) *
           std::exp(std::lgamma(exponent + 1.0) - std::lgamma(exponent + 1.0 + 0.5 * dimension));
}

}  // namespace

std::unique_ptr<Law> make_power_law(double middle, double radius, double exponent)
{
    return std::make_unique<PowerLaw>(middle, radius, exponent);
}

Barenblatt::Barenblatt(Field middle, double radius, double exponent)
    : middle_(std::move(middle)), radius_(radius), exponent_(exponent)
{
    for (Index after = 0; after < middle_.size(); ++after) {
        const double shape = exponent_with(after) + 1.0;
        heights_.push_back(0.5 * std::pow(0.25, shape - 1.0) / boost::math::beta(shape, shape));
    }
}

/// (1 - z^2)^q along a coordinate over its integral.
double Barenblatt::density(double z, Index after) const
{
    const double rest = (1.0 - z) * (1.0 + z);
    return rest <= 0.0 ? 0.0
                       : heights_[static_cast<std::size_t>(after)] * std::pow(rest, exponent_with(after));
}

double Barenblatt::mass_from(Index k, double radius, const Field& lower, const Field& upper) const
{
    const Index after = middle_.size() - 1 - k;
    if (after == 0) {
        return PowerLaw(0.0, radius, exponent_).between(lower[k], upper[k]);
    }
    const double from = std::max(lower[k], -radius), to = std::min(upper[k], radius);
    if (!(from < to)) {
        return 0.0;
    }
    // The rest is smooth between the places where its sphere meets an end of the box.
    std::vector<double> cuts = {from, to};
    const auto cut = [&](double square) {
        for (const double x : {-std::sqrt(std::max(0.0, square)), std::sqrt(std::max(0.0, square))}) {
            if (x > from && x < to) {
                cuts.push_back(x);
            }
        }
    };
    const double square = radius * radius;
    double nearest = 0.0, farthest = 0.0;
    for (Index j = k + 1; j < middle_.size(); ++j) {
        const double a = std::abs(lower[j]), b = std::abs(upper[j]);
        cut(square - a * a);
        cut(square - b * b);
        const double least = lower[j] <= 0.0 && upper[j] >= 0.0 ? 0.0 : std::min(a, b);
        nearest += least * least;
        farthest += std::max(a, b) * std::max(a, b);
    }
    cut(square - nearest);
    cut(square - farthest);
    std::sort(cuts.begin(), cuts.end());
    double sum = 0.0;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        sum += quadrature(
            [&](double x) {
                const double rest = std::sqrt(std::max(0.0, square - x * x));
                return rest > 0.0 ? density(x / radius, after) / radius * mass_from(k + 1, rest, lower, upper)
                                  : 0.0;
            },
            cuts[i], cuts[i + 1]);
    }
    return sum;
}

Field Barenblatt::masses_in(const Matrix& lower, const Matrix& upper) const
{
    Field masses(lower.cols());
    for (Index i = 0; i < lower.cols(); ++i) {
        masses[i] = std::max(0.0, mass_from(0, radius_, lower.col(i) - middle_, upper.col(i) - middle_));
    }
    return masses;
}

Field Barenblatt::draw(const Field& uniforms) const
{
    Field place = middle_;
    double radius = radius_;
    for (Index k = 0; k < place.size(); ++k) {
        const double x = PowerLaw(0.0, radius, exponent_with(place.size() - 1 - k)).quantile(uniforms[k]);
        place[k] += x;
        radius = std::sqrt(std::max(0.0, radius * radius - x * x));
    }
    return place;
}

std::shared_ptr<const Law> Barenblatt::marginal(Index coordinate) const
{
    return std::make_shared<PowerLaw>(middle_[coordinate], radius_, exponent_with(middle_.size() - 1));
}

namespace {

class BarenblattFlow : public Exact {
public:
    BarenblattFlow(const Problem& problem, std::shared_ptr<const Barenblatt> start, double alpha,
                   double strength, double power)
        : coordinates_(problem.coordinates),
          start_(std::move(start)),
          mass_(problem.initial.mass),
          alpha_(alpha),
          strength_(strength),
          power_(power)
    {
        const auto d = static_cast<double>(coordinates_.size());
        ball_ = ball_integral(start_->exponent(), d);
        degree_ = d * (power - 1.0) + 2.0;
        spread_ = 2.0 * strength * power / (power - 1.0) * std::pow(mass_ / ball_, power - 1.0);
    }

    bool presses() const override { return true; }
    Field masses_in(double, const Matrix& lower, const Matrix& upper, double t) const override
    {
        return mass_ * at(t).masses_in(lower, upper);
    }
    double mass_between(double sign, double lower, double upper, double t) const override
    {
        return masses_in(sign, Matrix::Constant(1, 1, lower), Matrix::Constant(1, 1, upper), t)[0];
    }
    std::map<std::string, double> values(double t) const override
    {
        const Barenblatt law = at(t);
        std::map<std::string, double> all = {{"mass", mass_}, {"internal_energy", internal(law.radius())}};
        all["objective"] = all["internal_energy"] + confinement(law);
        for (Index k = 0; k < law.middle().size(); ++k) {
            const std::string& name = coordinates_[static_cast<std::size_t>(k)].name;
            all["mean." + name] = law.middle()[k];
            all["variance." + name] = law.radius() * law.radius() * per_square();
        }
        return all;
    }
    std::vector<std::string> names() const override
    {
        std::vector<std::string> all = {"internal_energy", "mass", "objective"};
        for (const Coordinate& coordinate : coordinates_) {
            all.push_back("mean." + coordinate.name);
            all.push_back("variance." + coordinate.name);
        }
        std::sort(all.begin(), all.end());
        return all;
    }
    double least_objective() const override
    {
        return alpha_ > 0.0 ? internal(rest().radius()) + confinement(rest()) : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        return alpha_ > 0.0 ? Field(mass_ * rest().masses_in(lower, upper)) : Field();
    }

private:
    Barenblatt at(double t) const
    {
        const double start = std::pow(start_->radius(), degree_), rate = alpha_ * degree_;
        const double grown = rate * t == 0.0 ? t : -std::expm1(-rate * t) / rate;
        const double power = start * std::exp(-rate * t) + spread_ * degree_ * grown;
        return {start_->middle() * std::exp(-alpha_ * t), std::pow(power, 1.0 / degree_), start_->exponent()};
    }
    Barenblatt rest() const
    {
        return {0.0 * start_->middle(), std::pow(spread_ / alpha_, 1.0 / degree_), start_->exponent()};
    }
    /// Variance of a coordinate over R^2.
    double per_square() const
    {
        return 1.0 / (2.0 * start_->exponent() + 2.0 + static_cast<double>(coordinates_.size()));
    }
    /// strength / (p - 1) int u^p.
    double internal(double radius) const
    {
        const auto d = static_cast<double>(coordinates_.size());
        return strength_ / (power_ - 1.0) * std::pow(mass_ / ball_, power_) *
               std::pow(radius, d * (1.0 - power_)) * ball_integral(start_->exponent() + 1.0, d);
    }
    double confinement(const Barenblatt& law) const
    {
        const auto d = static_cast<double>(coordinates_.size());
        return 0.5 * alpha_ * mass_ *
               (law.middle().squaredNorm() + d * law.radius() * law.radius() * per_square());
    }

    std::vector<Coordinate> coordinates_;
    std::shared_ptr<const Barenblatt> start_;
    double mass_, alpha_, strength_, power_, ball_, degree_, spread_;
};

}  // namespace

std::shared_ptr<const Exact> make_barenblatt_flow(const Problem& problem, double alpha, double strength,
                                                  double power)
{
    const auto start = std::dynamic_pointer_cast<const Barenblatt>(problem.initial.joint);
    const bool plain = problem.growth.kind == Growth::Kind::none && !problem.frozen && !problem.mobility &&
                       !problem.interaction && !problem.reference && !problem.warm();
    if (!start || !plain || std::abs(start->exponent() * (power - 1.0) - 1.0) > 1e-12) {
        return nullptr;
    }
    return at_speed(problem.speed, std::make_shared<BarenblattFlow>(problem, start, alpha, strength, power));
}

}  // namespace widelimit
