// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/normal.hpp"

namespace widelimit {
namespace {

/// F = (f - y)^2 / 2 + lambda / 2 int theta^2 + tau int u log u with f = int theta dmu and mass M.  The flow
/// keeps Gaussians: mean' = y - (M + lambda) mean, variance' = 2 tau - 2 lambda variance.
/// At infinite t it rests at the minimiser.  The Gibbs law exp(-psi / tau) of a state is
/// N((y - M mean) / lambda, tau / lambda).  values() also: risk, objective; with tau, lambda > 0 local_gap,
/// minimiser_gap.
class GaussianTraining : public GaussianPath {
public:
    GaussianTraining(const Problem& problem, double target, double decay, const Normal& start)
        : GaussianPath(problem.initial.mass),
          target_(target),
          decay_(decay),
          mean_(start.mean[0]),
          square_(start.covariance(0, 0)),
          tau_(problem.temperature(0.0))
    {}
    Field predictions(double t) const override { return Field::Constant(1, mass() * mean(t)); }

    std::vector<std::string> names() const override
    {
        if (!settles()) {
            return {"mass", "mean", "objective", "risk", "second_moment", "variance"};
        }
        return {"local_gap", "mass", "mean",          "minimiser_gap",
                "objective", "risk", "second_moment", "variance"};
    }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = GaussianPath::values(t);
        const double m = mean(t), v = variance(t), miss = mass() * m - target_;
        all["risk"] = 0.5 * miss * miss;
        all["objective"] = objective(m, v);
        if (settles()) {
            all["local_gap"] = divergence(m, v, -miss / decay_);
            all["minimiser_gap"] = divergence(m, v, resting_mean());
        }
        return all;
    }
    double least_objective() const override
    {
        return settles() ? objective(resting_mean(), tau_ / decay_) : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        if (!settles()) {
            return {};
        }
        const Normal rest{Field::Constant(1, resting_mean()), Matrix::Constant(1, 1, tau_ / decay_)};
        return mass() * rest.masses_in(lower, upper);
    }

protected:
    double mean(double t) const override
    {
        const double rest = resting_mean();
        return rest + (mean_ - rest) * std::exp(-(mass() + decay_) * t);
    }
    double variance(double t) const override
    {
        if (decay_ == 0.0) {
            return square_ + 2.0 * tau_ * t;
        }
        return tau_ / decay_ + (square_ - tau_ / decay_) * std::exp(-2.0 * decay_ * t);
    }

private:
    bool settles() const { return tau_ > 0.0 && decay_ > 0.0; }
    double objective(double m, double v) const
    {
        const double miss = mass() * m - target_;
        return 0.5 * miss * miss + 0.5 * decay_ * mass() * (v + m * m) + tau_ * entropy(v);
    }
    /// mass * tau KL(N(m, v) | N(other, tau / lambda)).
    double divergence(double m, double v, double other) const
    {
        const double ratio = v * decay_ / tau_, away = m - other;
        return 0.5 * mass() * (tau_ * (ratio - 1.0 - std::log(ratio)) + decay_ * away * away);
    }
    double resting_mean() const { return target_ / (mass() + decay_); }

    double target_, decay_, mean_, square_, tau_;
};

Problem make_scalar_langevin_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double target = section.number("target"), decay = section.number("decay");
    Problem problem;
    problem.coordinates = {{"theta", "output weight"}};
    problem.amplitude = Amplitude::axis;
    problem.features = make_constant();
    problem.risk = risks().find("square").make(root, {Field::Ones(1), Field::Constant(1, target)});
    problem.confinement = quadratic_field(decay);
    read_common(root, problem, "gaussian");
    const std::optional<Normal> start = normal_start(problem.initial);
    if (problem.growth.kind == Growth::Kind::none && problem.temperature.constant() && start) {
        problem.exact =
            at_speed(problem.speed, std::make_shared<GaussianTraining>(problem, target, decay, *start));
    }
    return problem;
}

const bool scalar_langevin_problem_registered = problems().add(
    {"scalar-langevin",
     "noisy training of one output weight per neuron towards a mean; a Gaussian in closed form",
     make_scalar_langevin_problem,
     {{"problem.target", "number|matrix|named:law", "1.0", "", "what the one prediction is to become"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 theta^2"}}});

}  // namespace
}  // namespace widelimit
