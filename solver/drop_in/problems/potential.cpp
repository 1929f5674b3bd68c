// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/normal.hpp"

namespace widelimit {
namespace {

/// V = c cos(angle): theta' = c sin theta, so that tan(theta / 2) grows by exp(c t), and
/// exp(-kappa int V dt) = (cosh ct - cos theta0 sinh ct)^kappa.
class CosinePotential : public Transported {
public:
    CosinePotential(const Problem& problem, double amplitude) : Transported(problem), c_(amplitude) {}

protected:
    double origin(double x, double t) const override
    {
        const double turn = 2.0 * std::numbers::pi;
        const double turns = std::round(x / turn);
        const double half = 0.5 * (x - turns * turn);
        return turns * turn + 2.0 * std::atan2(std::exp(-c_ * t) * std::sin(half), std::cos(half));
    }
    double growth(double x0, double t) const override
    {
        const double kappa = growth_law().kappa;
        if (growth_law().kind == Growth::Kind::linear) {
            return -kappa * t * c_ * std::cos(x0);
        }
        return frozen() ? std::exp(-kappa * t * c_ * std::cos(x0)) : std::pow(root(x0, t), kappa);
    }
    double growth_slope(double x0, double t) const override
    {
        const double kappa = growth_law().kappa, force = c_ * std::sin(x0);
        if (growth_law().kind == Growth::Kind::linear) {
            return kappa * t * force;
        }
        return frozen() ? kappa * t * force * growth(x0, t)
                        : kappa * std::sinh(c_ * t) * std::sin(x0) * std::pow(root(x0, t), kappa - 1.0);
    }

private:
    double root(double x0, double t) const
    {
        const double c = std::cos(0.5 * x0), s = std::sin(0.5 * x0);
        return std::exp(-c_ * t) * c * c + std::exp(c_ * t) * s * s;
    }

    double c_;
};

/// V = (k / 2) (x - c)^2: x - c shrinks by exp(-k t), and int V dt = (x0 - c)^2 (1 - exp(-2 k t)) / 4.
class Well : public Transported {
public:
    Well(const Problem& problem, double curvature, double centre)
        : Transported(problem), k_(curvature), centre_(centre)
    {}

protected:
    double origin(double x, double t) const override { return centre_ + (x - centre_) * std::exp(k_ * t); }
    double growth(double x0, double t) const override
    {
        const double squares = (x0 - centre_) * (x0 - centre_);
        return growth_law().kind == Growth::Kind::linear ? -rate(t) * squares : std::exp(-rate(t) * squares);
    }
    double growth_slope(double x0, double t) const override
    {
        const double slope = -2.0 * rate(t) * (x0 - centre_);
        return growth_law().kind == Growth::Kind::linear ? slope : slope * growth(x0, t);
    }

private:
    double rate(double t) const
    {
        return growth_law().kappa * (frozen() ? 0.5 * k_ * t : -0.25 * std::expm1(-2.0 * k_ * t));
    }

    double k_, centre_;
};

/// d_t u = d_x(k (x - c) u) + tau d_xx u from a Gaussian.  values() also: objective.
class OrnsteinUhlenbeck : public GaussianPath {
public:
    OrnsteinUhlenbeck(const Problem& problem, double curvature, double centre, double mean, double square)
        : GaussianPath(problem.initial.mass),
          k_(curvature),
          centre_(centre),
          mean_(mean),
          square_(square),
          tau_(problem.temperature(0.0))
    {}
    std::vector<std::string> names() const override
    {
        return {"mass", "mean", "objective", "second_moment", "variance"};
    }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = GaussianPath::values(t);
        const double away = mean(t) - centre_;
        all["objective"] = 0.5 * k_ * mass() * (variance(t) + away * away) + tau_ * entropy(variance(t));
        return all;
    }

protected:
    double mean(double t) const override { return centre_ + (mean_ - centre_) * std::exp(-k_ * t); }
    double variance(double t) const override
    {
        return tau_ / k_ + (square_ - tau_ / k_) * std::exp(-2.0 * k_ * t);
    }

private:
    double k_, centre_, mean_, square_, tau_;
};

Problem make_cosine(const Settings& root, const Settings& potential)
{
    const double c = potential.number("amplitude");
    Problem problem;
    problem.coordinates = {{"angle", "place on the circle", true, 0.0, 2.0 * std::numbers::pi}};
    problem.confinement =
        line_field([c](double x) { return c * std::cos(x); }, [c](double x) { return -c * std::sin(x); });
    read_common(root, problem, "uniform");
    if (!problem.warm()) {
        problem.exact = at_speed(problem.speed, std::make_shared<CosinePotential>(problem, c));
    }
    return problem;
}

std::shared_ptr<const Exact> well_solution(const Problem& problem, double k, double centre)
{
    if (problem.growth.kind != Growth::Kind::none) {
        return !problem.warm() ? std::make_shared<Well>(problem, k, centre) : nullptr;
    }
    if (const auto start = normal_start(problem.initial)) {
        return std::make_shared<OrnsteinUhlenbeck>(problem, k, centre, start->mean[0],
                                                   start->covariance(0, 0));
    }
    return !problem.warm() ? std::make_shared<Well>(problem, k, centre) : nullptr;
}

Problem make_well(const Settings& root, const Settings& potential)
{
    const double k = potential.number("curvature"), centre = potential.number("centre");
    Problem problem;
    problem.coordinates = {{"x", "place on the line"}};
    problem.confinement = line_field([k, centre](double x) { return 0.5 * k * (x - centre) * (x - centre); },
                                     [k, centre](double x) { return k * (x - centre); });
    read_common(root, problem, "gaussian");
    if (problem.temperature.constant()) {
        problem.exact = at_speed(problem.speed, well_solution(problem, k, centre));
    }
    return problem;
}

Problem make_potential_problem(const Settings& root, const Data*)
{
    const Settings potential = root.table("problem.potential");
    const std::string name = potential.text("name");
    return name == "cosine" ? make_cosine(root, potential) : make_well(root, potential);
}

const std::vector<Key> potential_keys = {
    {"problem.potential", "named:name", "\"cosine\"", "",
     "the potential V: 'cosine' on a circle, 'well' on a line"},
    {"problem.potential.name", "text", "-", "in cosine, well", "name of the potential V"},
    {"problem.potential.amplitude", "number", "1.0", "", "c of V = c cos(angle)"},
    {"problem.potential.curvature", "number", "1.0", "> 0", "k of V = (k / 2) (x - centre)^2"},
    {"problem.potential.centre", "number", "0.0", "", "where V = (k / 2) (x - centre)^2 is least"}};

const bool potential_problem_registered =
    problems().add({"potential", "flow down a fixed potential V, without data; solved in closed form",
                    make_potential_problem, potential_keys});

}  // namespace
}  // namespace widelimit
