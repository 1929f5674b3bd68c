// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// F = (f - y)^2 / 2 + lambda / 2 int theta^2 + tau int u log u with f = int theta dmu and mass M.  The flow
/// keeps Gaussians: mean' = y - (M + lambda) mean, variance' = 2 tau - 2 lambda variance.
/// At infinite t it rests at the minimiser.  values() also: risk, objective.
class GaussianTraining : public GaussianPath {
public:
    GaussianTraining(const Problem& problem, double target, double decay, double mean, double deviation)
        : GaussianPath(problem.initial.mass),
          target_(target),
          decay_(decay),
          mean_(mean),
          square_(deviation * deviation),
          tau_(problem.temperature(0.0))
    {}
    Field predictions(double t) const override { return Field::Constant(1, mass() * mean(t)); }

    std::vector<std::string> names() const override
    {
        return {"mass", "mean", "objective", "risk", "second_moment", "variance"};
    }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = GaussianPath::values(t);
        const double m = mean(t), v = variance(t);
        all["risk"] = 0.5 * (mass() * m - target_) * (mass() * m - target_);
        all["objective"] = all["risk"] + 0.5 * decay_ * mass() * (v + m * m) + tau_ * entropy(v);
        return all;
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
    double resting_mean() const { return target_ / (mass() + decay_); }

    double target_, decay_, mean_, square_, tau_;
};

Problem make(const Settings& root, const Data*)
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
    if (problem.growth.kind == Growth::Kind::none && problem.temperature.constant() &&
        problem.initial.name == "gaussian") {
        const Settings initial = section.table("initial");
        problem.exact = at_speed(
            problem.speed, std::make_shared<GaussianTraining>(problem, target, decay, initial.number("mean"),
                                                              initial.number("deviation")));
    }
    return problem;
}

const bool registered = problems().add(
    {"scalar-langevin",
     "noisy training of one output weight per neuron towards a mean; a Gaussian in closed form",
     make,
     {{"problem.target", "number|matrix|named:law", "1.0", "", "what the one prediction is to become"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 theta^2"}}});

}  // namespace
}  // namespace widelimit
