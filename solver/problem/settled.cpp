// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/settled.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace widelimit {
namespace {

bool rests(const Problem& problem)
{
    return problem.internal && !problem.features && !problem.interaction && !problem.mobility &&
           !problem.frozen && problem.growth.kind == Growth::Kind::none && problem.temperature.constant();
}

std::shared_ptr<const Internal> energy_of(const Problem& problem)
{
    return problem.warm() ? with_entropy(problem.internal, problem.temperature(0.0)) : problem.internal;
}

class Settled : public Exact {
public:
    bool presses() const override { return true; }
    Field masses_in(double, const Matrix& lower, const Matrix&, double) const override
    {
        return Field::Constant(lower.cols(), std::numeric_limits<double>::quiet_NaN());
    }
};

class AtReference : public Settled {
public:
    explicit AtReference(const Problem& problem)
        : law_(problem.reference), mass_(problem.initial.mass), energy_(energy_of(problem))
    {}
    double least_objective() const override { return energy_->energy(mass_); }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        return mass_ * law_->masses_in(lower, upper);
    }

private:
    std::shared_ptr<const JointLaw> law_;
    double mass_;
    std::shared_ptr<const Internal> energy_;
};

class InWell : public Settled {
public:
    InWell(const Problem& problem, double alpha)
        : dimension_(static_cast<double>(problem.coordinates.size())),
          mass_(problem.initial.mass),
          alpha_(alpha),
          energy_(energy_of(problem))
    {
        double low = -1.0, high = 1.0;
        while (mass_at(high) < mass_) {
            high *= 2.0;
        }
        while (mass_at(low) > mass_) {
            low *= 2.0;
        }
        for (int k = 0; k < 100; ++k) {
            level_ = 0.5 * (low + high);
            (mass_at(level_) < mass_ ? low : high) = level_;
        }
    }

    double least_objective() const override
    {
        return radial(level_,
                      [&](double r, double u) { return energy_->energy(u) + 0.5 * alpha_ * r * r * u; });
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        Field masses(lower.cols());
        Field place(lower.rows());
        for (Index i = 0; i < masses.size(); ++i) {
            masses[i] = in_box(0, lower.col(i), upper.col(i), place);
        }
        return masses;
    }

private:
    double profile(double square) const { return energy_->ratio_at(level_ - 0.5 * alpha_ * square); }

    double mass_at(double level) const
    {
        return radial(level, [](double, double u) { return u; });
    }

    /// int f(|x|, u(x)) dx for u of a level, where u is above 1e-30 of its largest value.
    template <class Integrand>
    double radial(double level, const Integrand& f) const
    {
        const double most = energy_->ratio_at(level);
        if (most == 0.0) {
            return 0.0;
        }
        const double least = energy_->slope(most * 1e-30), end = std::sqrt(2.0 * (level - least) / alpha_);
        const double sphere =
            2.0 * std::pow(std::numbers::pi, 0.5 * dimension_) / std::tgamma(0.5 * dimension_);
        return integral(
            [&](double r) {
                const double u = energy_->ratio_at(level - 0.5 * alpha_ * r * r);
                return sphere * std::pow(r, dimension_ - 1.0) * f(r, u);
            },
            0.0, end);
    }

    /// Gauss-Legendre quadrature of four points along each axis.
    double in_box(Index k, const Eigen::Ref<const Field>& lower, const Eigen::Ref<const Field>& upper,
                  Field& place) const
    {
        constexpr std::array<double, 2> places = {0.33998104358485626, 0.86113631159405258};
        constexpr std::array<double, 2> weights = {0.65214515486254614, 0.34785484513745386};
        if (k == lower.size()) {
            return profile(place.squaredNorm());
        }
        const double half = 0.5 * (upper[k] - lower[k]), middle = 0.5 * (upper[k] + lower[k]);
        double sum = 0.0;
        for (std::size_t i = 0; i < places.size(); ++i) {
            for (const double side : {-1.0, 1.0}) {
                place[k] = middle + side * half * places[i];
                sum += weights[i] * in_box(k + 1, lower, upper, place);
            }
        }
        return half * sum;
    }

    double dimension_, mass_, alpha_, level_ = 0.0;
    std::shared_ptr<const Internal> energy_;
};

}  // namespace

std::shared_ptr<const Exact> make_settled_at_reference(const Problem& problem)
{
    return rests(problem) && problem.reference ? std::make_shared<AtReference>(problem) : nullptr;
}

std::shared_ptr<const Exact> make_settled_in_well(const Problem& problem, double alpha)
{
    return rests(problem) && !problem.reference && alpha > 0.0 ? std::make_shared<InWell>(problem, alpha)
                                                               : nullptr;
}

}  // namespace widelimit
