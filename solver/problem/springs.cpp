// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/interacting.hpp"
#include "widelimit/problem/normal.hpp"

namespace widelimit {
namespace {

/// int 1, x, |x|^2 dnu.
struct Moments {
    double mass = 0.0;
    Field first;
    double second = 0.0;
};

Moments moments(const Interaction& target, Index rank)
{
    Moments all;
    all.first = Field::Zero(rank);
    for (Index k = 0; target.law && k < rank; ++k) {
        const auto law = target.law->marginal(k);
        const auto slope = [](double x) { return 2.0 * x; };
        all.first[k] = target.mass * integral(
                                         *law, [](double x) { return x; }, [](double) { return 1.0; },
                                         law->from(), law->to());
        all.second += target.mass * integral(
                                        *law, [](double x) { return x * x; }, slope, law->from(), law->to());
    }
    all.mass = target.law ? target.mass : 0.0;
    for (Index i = 0; i < target.atoms.rows(); ++i) {
        const Field place = target.atoms.row(i).head(rank).transpose();
        const double mass = target.atoms(i, rank);
        all.mass += mass;
        all.first += mass * place;
        all.second += mass * place.squaredNorm();
    }
    return all;
}

/// int exp(-rate s) ds over (0, t).
double faded(double rate, double t)
{
    return rate == 0.0 ? t : -std::expm1(-rate * t) / rate;
}

class Springs : public NormalPath {
public:
    Springs(const Problem& problem, Normal start, double strength, double decay)
        : NormalPath(problem.coordinates, problem.initial.mass),
          start_(std::move(start)),
          target_(moments(*problem.interaction, start_.mean.size())),
          strength_(strength),
          decay_(decay),
          of_mean_(decay - strength * target_.mass),
          of_spread_(strength * (mass() - target_.mass) + decay),
          temperature_(problem.temperature),
          speed_(problem.speed(0.0))
    {}

    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = NormalPath::values(t);
        const Normal law = at(t);
        all["discrepancy"] = discrepancy(law);
        all["confinement"] = 0.5 * decay_ * second(law);
        all["objective"] = objective(law, temperature_(t / speed_));
        return all;
    }
    double least_objective() const override
    {
        return settles() ? objective(rest(), temperature_(0.0)) : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        return settles() ? mass() * rest().masses_in(lower, upper) : Field();
    }

protected:
    std::vector<std::string> more_names() const override
    {
        return {"confinement", "discrepancy", "objective"};
    }
    Normal at(double t) const override
    {
        Normal law = start_;
        law.mean = std::exp(-of_mean_ * t) * start_.mean - strength_ * faded(of_mean_, t) * target_.first;
        law.covariance *= std::exp(-2.0 * of_spread_ * t);
        law.covariance.diagonal().array() += noise_variance(temperature_, speed_, of_spread_, t);
        return law;
    }

private:
    /// F is convex in the mean and in the covariance, apart from each other.
    bool settles() const
    {
        return of_mean_ > 0.0 && of_spread_ > 0.0 && temperature_.constant() && !temperature_.zero();
    }
    Normal rest() const
    {
        const Index rank = start_.mean.size();
        return {-strength_ / of_mean_ * target_.first,
                temperature_(0.0) / of_spread_ * Matrix::Identity(rank, rank)};
    }
    double second(const Normal& law) const
    {
        return mass() * (law.covariance.trace() + law.mean.squaredNorm());
    }
    /// With sigma = mu - nu: int int |x - y|^2 dsigma dsigma = 2 sigma(1) int |x|^2 dsigma - 2 |int x
    /// dsigma|^2.
    double discrepancy(const Normal& law) const
    {
        return 0.5 * strength_ *
               ((mass() - target_.mass) * (second(law) - target_.second) -
                (mass() * law.mean - target_.first).squaredNorm());
    }
    double objective(const Normal& law, double tau) const
    {
        return discrepancy(law) + 0.5 * decay_ * second(law) + (tau == 0.0 ? 0.0 : tau * entropy(law));
    }

    Normal start_;
    Moments target_;
    double strength_, decay_;
    double of_mean_, of_spread_;  ///< rates
    Schedule temperature_;
    double speed_;
};

}  // namespace

std::shared_ptr<const Exact> make_springs(const Problem& problem, double strength, double decay)
{
    for (const Coordinate& coordinate : problem.coordinates) {
        if (coordinate.circle) {
            return nullptr;
        }
    }
    const std::optional<Normal> start = normal_start(problem.initial);
    if (!start || !only_moves(problem) || problem.interaction->on.size() != problem.coordinates.size()) {
        return nullptr;
    }
    return at_speed(problem.speed, std::make_shared<Springs>(problem, *start, strength, decay));
}

}  // namespace widelimit
