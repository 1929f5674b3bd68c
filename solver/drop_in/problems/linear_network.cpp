// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// cos sin of the angle of (a, b).
class Product : public Features {
public:
    Index size() const override { return 1; }
    Matrix values(const Matrix& points) const override
    {
        return 0.5 * (2.0 * points.row(0).transpose().array()).sin();
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        g = r[0] * values(points);
        gradient = r[0] * (2.0 * points.array()).cos();
    }
};

/// f(x) = s x, s = int a b dmu, E x^2 = 1.  With g = int (A - s) dt the sums a + b grow by exp(g) and the
/// differences a - b shrink by it: on the circle of angles B = angle - pi/4 this is tan B = exp(-2 g) tan B0
/// with growth y cos^2 B0 + sin^2 B0 / y, y = exp(2 g).  With P and Q the integrals of (a + b)^2 and (a -
/// b)^2 at time 0, s = (P y - Q / y) / 4 gives y' = Q / 2 + 2 A y - P y^2 / 2. values() also: risk,
/// objective.
class StretchedLine : public Transported {
public:
    StretchedLine(const Problem& problem, double target) : Transported(problem), target_(target)
    {
        const double lean = moment([](double x) { return std::sin(2.0 * x); },
                                   [](double x) { return 2.0 * std::cos(2.0 * x); });
        sums_ = mass() * (1.0 + lean);
        differences_ = mass() * (1.0 - lean);
    }
    Field predictions(double t) const override { return Field::Constant(1, product(t)); }

    std::vector<std::string> names() const override { return {"mass", "objective", "risk"}; }
    std::map<std::string, double> values(double t) const override
    {
        const double y = stretch(t), miss = product(t) - target_;
        const double risk = 0.5 * miss * miss;
        return {{"mass", 0.5 * (sums_ * y + differences_ / y)}, {"risk", risk}, {"objective", risk}};
    }

protected:
    double origin(double x, double t) const override
    {
        const double half_turns = std::round((x - diagonal) / std::numbers::pi);
        const double b = x - diagonal - half_turns * std::numbers::pi;
        return diagonal + half_turns * std::numbers::pi + std::atan2(stretch(t) * std::sin(b), std::cos(b));
    }
    double growth(double x0, double t) const override
    {
        const double y = stretch(t), c = std::cos(x0 - diagonal), s = std::sin(x0 - diagonal);
        return y * c * c + s * s / y;
    }
    double growth_slope(double x0, double t) const override
    {
        const double y = stretch(t);
        return -(y - 1.0 / y) * std::sin(2.0 * (x0 - diagonal));
    }

private:
    static constexpr double diagonal = 0.25 * std::numbers::pi;

    /// y(t) = (d + (2 A + Q) T) / (d + (P - 2 A) T), d^2 = 4 A^2 + P Q, T = tanh(d t / 2).
    double stretch(double t) const
    {
        const double twice = 2.0 * std::abs(target_), square = sums_ * differences_;
        const double d = std::sqrt(twice * twice + square);
        const double half = std::tanh(0.5 * d * t);
        const double more = d + twice * half;
        // d - twice * half, which may be far smaller than both.
        const double less = square / (d + twice) + 2.0 * twice / (1.0 + std::exp(d * t));
        const double above = target_ > 0.0 ? more : less, below = target_ > 0.0 ? less : more;
        return (above + differences_ * half) / (below + sums_ * half);
    }
    double product(double t) const
    {
        const double y = stretch(t);
        return 0.25 * (sums_ * y - differences_ / y);
    }

    double target_, sums_, differences_;
};

Problem make_linear_network_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double target = section.number("target"), decay = section.number("decay");
    Problem problem;
    problem.coordinates = {{"angle", "direction of (a, b)", true, 0.0, 2.0 * std::numbers::pi}};
    problem.features = std::make_shared<Product>();
    problem.risk = risks().find("square").make(root, {Field::Ones(1), Field::Constant(1, target)});
    problem.confinement = constant_field(0.5 * decay);
    problem.growth = {Growth::Kind::proportional, 4.0};
    read_common(root, problem, "uniform");
    const bool own_flow = problem.growth.kind == Growth::Kind::proportional && problem.growth.kappa == 4.0 &&
                          !problem.frozen && !problem.warm();
    if (own_flow && decay == 0.0) {
        problem.exact = at_speed(problem.speed, std::make_shared<StretchedLine>(problem, target));
    }
    return problem;
}

const bool linear_network_problem_registered = problems().add(
    {"linear-network",
     "units a b x towards target x, on the circle of (a, b); in closed form without decay",
     make_linear_network_problem,
     {{"problem.target", "number|matrix|named:law", "1.0", "", "slope A of the function A x to be learnt"},
      {"problem.decay", "number", "0.0", ">= 0",
       "weight decay lambda: V = lambda / 2 on the circle of (a, b)"}}});

}  // namespace
}  // namespace widelimit
