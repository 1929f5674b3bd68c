// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// The one prediction is S = int w^2 dmu.
class SquaredWeight : public Features {
public:
    Index size() const override { return 1; }
    Matrix values(const Matrix& points) const override { return points.row(0).transpose().array().square(); }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        g = r[0] * points.row(0).transpose().array().square();
        gradient = 2.0 * r[0] * points;
    }
};

/// f(x) = S x^2 against A x^2 with x ~ N(0, 1): E x^4 = 3 gives R = (3 / 2) (S - A)^2 and w' = -6 (S - B) w,
/// B = A - lambda / 6, for V = lambda / 2 w^2.  S' = 12 S (B - S) is logistic, and any law of w is stretched
/// by (S / S_0)^(1/2).  values() also: second_moment S / mass, risk, objective.
class Stretched : public Transported {
public:
    Stretched(const Problem& problem, double target, double decay)
        : Transported(problem), target_(target), decay_(decay)
    {
        start_ = mass() * moment([](double w) { return w * w; }, [](double w) { return 2.0 * w; });
    }
    Field predictions(double t) const override { return Field::Constant(1, sum(t)); }

    std::vector<std::string> names() const override { return {"mass", "objective", "risk", "second_moment"}; }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = Transported::values(t);
        const double s = sum(t);
        all["second_moment"] = s / mass();
        all["risk"] = 1.5 * (s - target_) * (s - target_);
        all["objective"] = all["risk"] + 0.5 * decay_ * s;
        return all;
    }

protected:
    double origin(double w, double t) const override { return w * std::sqrt(start_ / sum(t)); }

private:
    /// S(t) = S_0 / (exp(-z) + 12 S_0 t (1 - exp(-z)) / z), z = 12 B t.
    double sum(double t) const
    {
        const double z = 12.0 * (target_ - decay_ / 6.0) * t;
        const double mean = z == 0.0 ? 1.0 : -std::expm1(-z) / z;
        return start_ / (std::exp(-z) + 12.0 * start_ * t * mean);
    }

    double target_, decay_, start_;
};

Problem make(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double target = read_number(section, "target", 1.0), decay = section.number("decay");
    Problem problem;
    problem.coordinates = {{"w", "input weight"}};
    problem.features = std::make_shared<SquaredWeight>();
    problem.risk = risks().find("square").make(root, {Field::Constant(1, 3.0), Field::Constant(1, target)});
    problem.confinement = quadratic_field(decay);
    read_common(root, problem, "gaussian");
    if (problem.growth.kind == Growth::Kind::none && !problem.warm()) {
        problem.exact = at_speed(problem.speed, std::make_shared<Stretched>(problem, target, decay));
    }
    return problem;
}

const bool registered = problems().add(
    {"quadratic-activation",
     "units (w x)^2 on Gaussian inputs towards target x^2; any initial law in closed form",
     make,
     {{"problem.target", "number|matrix|named:law", "-", "", "factor A of the function A x^2 to be learnt"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 w^2"}}});

}  // namespace
}  // namespace widelimit
