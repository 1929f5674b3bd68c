// SPDX-License-Identifier: BSD-3-Clause
#include <Eigen/Core>
#include <cmath>
#include <optional>

#include "widelimit/problem/interacting.hpp"
#include "widelimit/problem/poisson.hpp"

namespace widelimit {
namespace {

using Pair = Eigen::Vector2d;

/// int (cos x, sin x) dnu.
Pair moment(const Interaction& target)
{
    const auto cosine = [](double x) { return std::cos(x); };
    const auto sine = [](double x) { return std::sin(x); };
    const auto minus_sine = [](double x) { return -std::sin(x); };
    Pair sum = Pair::Zero();
    if (target.law) {
        const auto law = target.law->marginal(0);
        sum[0] = target.mass * integral(*law, cosine, minus_sine, law->from(), law->to());
        sum[1] = target.mass * integral(*law, sine, cosine, law->from(), law->to());
    }
    for (Index i = 0; i < target.atoms.rows(); ++i) {
        sum += target.atoms(i, 1) * Pair(std::cos(target.atoms(i, 0)), std::sin(target.atoms(i, 0)));
    }
    return sum;
}

/// y = artanh r and the pull R - M r follow y' = pull / 2, (log |pull|)' = -M (1 - r^2) / 2: Runge and
/// Kutta's method of order 4 with steps that leave errors of 1e-14.  The pull keeps its digits however small
/// it gets.
class CosineFlow : public Exact {
public:
    CosineFlow(const Poisson& start, double mass, double target)
        : start_(start), mass_(mass), target_(target), pull_(target - mass * start.radius())
    {}
    double mass_between(double, double lower, double upper, double t) const override
    {
        const double radius = std::tanh(at(t)[0]);
        return mass_ * Poisson(start_.from(), radius, start_.centre()).between(lower, upper);
    }
    Field masses_in(double, const Matrix& lower, const Matrix& upper, double t) const override
    {
        const Poisson law(start_.from(), std::tanh(at(t)[0]), start_.centre());
        Field masses(lower.cols());
        for (Index i = 0; i < masses.size(); ++i) {
            masses[i] = mass_ * law.between(lower(0, i), upper(0, i));
        }
        return masses;
    }
    std::vector<std::string> names() const override { return {"discrepancy", "mass", "objective"}; }
    std::map<std::string, double> values(double t) const override
    {
        const double pull = pull_ * std::exp(at(t)[1]);
        return {{"discrepancy", 0.5 * pull * pull}, {"mass", mass_}, {"objective", 0.5 * pull * pull}};
    }

private:
    Pair slope(const Pair& now) const
    {
        const double r = std::tanh(now[0]);
        return {0.5 * pull_ * std::exp(now[1]), -0.5 * mass_ * (1.0 - r) * (1.0 + r)};
    }
    /// artanh r, and the log of the pull over that at time 0.
    Pair at(double t) const
    {
        const double steps = std::ceil(1000.0 * t * (mass_ + std::abs(target_)));
        const double dt = steps > 0.0 ? t / steps : 0.0;
        Pair now(std::atanh(start_.radius()), 0.0), lost = Pair::Zero();  // sums by Kahan
        for (double k = 0.0; k < steps; ++k) {
            if (std::abs(pull_) * std::exp(now[1]) < 1e-17 * mass_) {
                now[1] -= 0.5 * mass_ * (t - k * dt) / std::pow(std::cosh(now[0]), 2);
                return now;  // at rest but for the pull
            }
            const Pair a = slope(now), b = slope(now + 0.5 * dt * a), c = slope(now + 0.5 * dt * b);
            const Pair step = dt / 6.0 * (a + 2.0 * b + 2.0 * c + slope(now + dt * c));
            const Pair rise = step - lost, next = now + rise;
            lost = (next - now) - rise;
            now = next;
        }
        return now;
    }

    Poisson start_;
    double mass_, target_, pull_;
};

/// The Poisson law that the flow begins with; a uniform one has the centre of the target.
std::optional<Poisson> poisson_start(const Law& law, const Pair& target)
{
    if (const auto* poisson = dynamic_cast<const Poisson*>(&law)) {
        return poisson->radius() == 0.0 ? Poisson(law.from(), 0.0, std::atan2(target[1], target[0]))
                                        : *poisson;
    }
    const auto* even = dynamic_cast<const Uniform*>(&law);
    if (even == nullptr || !even->circle() ||
        std::abs(law.to() - law.from() - 2.0 * std::acos(-1.0)) > 1e-12) {
        return std::nullopt;
    }
    return Poisson(law.from(), 0.0, std::atan2(target[1], target[0]));
}

}  // namespace

std::shared_ptr<const Exact> make_cosine_flow(const Problem& problem)
{
    if (problem.coordinates.size() != 1 || !only_moves(problem) || problem.warm()) {
        return nullptr;
    }
    const Pair target = moment(*problem.interaction);
    const std::optional<Poisson> start = poisson_start(*problem.initial.laws.front(), target);
    if (!start) {
        return nullptr;
    }
    const Pair along(std::cos(start->centre()), std::sin(start->centre()));
    const double across = target[1] * along[0] - target[0] * along[1];
    if (std::abs(across) > 1e-12 * (1.0 + target.norm())) {
        return nullptr;
    }
    return at_speed(problem.speed,
                    std::make_shared<CosineFlow>(*start, problem.initial.mass, target.dot(along)));
}

}  // namespace widelimit
