// SPDX-License-Identifier: BSD-3-Clause
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "widelimit/problem/normal.hpp"

namespace widelimit {
namespace {

/// Radius of d_t u = div(k x u) + tau(t) Laplace u in R^d: chi with d degrees at all times, of the square
/// scale s^2 = s_0^2 exp(-2 k t) + int 2 tau(s) exp(-2 k (t - s)) ds.  With m = r^(d - 1) the density of the
/// radius is u = m C exp(-r^2 / (2 s^2)), C = mass 2^(1 - d / 2) / (Gamma(d / 2) s^d), so that int u log(u /
/// m) = mass (log C - d / 2).  With k, tau > 0 the minimiser has s^2 = tau / k. values(): mass, mean,
/// second_moment, variance, objective.
class RadialGaussian : public Exact {
public:
    RadialGaussian(const Problem& problem, const Chi& start, double curvature)
        : degrees_(start.degrees()),
          curvature_(curvature),
          square_(start.scale() * start.scale()),
          mass_(problem.initial.mass),
          temperature_(problem.temperature),
          speed_(problem.speed(0.0))
    {}
    double mass_between(double, double lower, double upper, double t) const override
    {
        return mass_ * Chi(degrees_, std::sqrt(square(t))).between(lower, upper);
    }
    std::vector<std::string> names() const override
    {
        return {"mass", "mean", "objective", "second_moment", "variance"};
    }
    std::map<std::string, double> values(double t) const override
    {
        const double s2 = square(t), second = degrees_ * s2;
        const double mean = std::sqrt(2.0 * s2) / boost::math::tgamma_delta_ratio(0.5 * degrees_, 0.5);
        return {{"mass", mass_},
                {"mean", mean},
                {"second_moment", second},
                {"variance", second - mean * mean},
                {"objective", objective(s2, temperature_(t / speed_))}};
    }
    double least_objective() const override
    {
        return settles() ? objective(temperature_(0.0) / curvature_, temperature_(0.0))
                         : Exact::least_objective();
    }
    Field minimiser_in(double, const Matrix& lower, const Matrix& upper) const override
    {
        if (!settles()) {
            return {};
        }
        const auto law = std::make_shared<Chi>(degrees_, std::sqrt(temperature_(0.0) / curvature_));
        return mass_ * ProductLaw({law}).masses_in(lower, upper);
    }

private:
    bool settles() const { return curvature_ > 0.0 && temperature_.constant() && !temperature_.zero(); }
    double square(double t) const
    {
        return square_ * std::exp(-2.0 * curvature_ * t) +
               noise_variance(temperature_, speed_, curvature_, t);
    }
    double objective(double s2, double tau) const
    {
        const double half = 0.5 * degrees_;
        const double log_height =
            std::log(mass_) + (1.0 - half) * std::log(2.0) - boost::math::lgamma(half) - half * std::log(s2);
        return mass_ * (curvature_ * half * s2 + (tau == 0.0 ? 0.0 : tau * (log_height - half)));
    }

    double degrees_, curvature_, square_, mass_;
    Schedule temperature_;
    double speed_;
};

Problem make_radial_well_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double k = section.number("curvature");
    const auto dimension = static_cast<double>(section.has("dimension") ? section.integer("dimension") : 2);
    Problem problem;
    problem.coordinates = {
        {"r", "distance from the centre", false, 0.0, std::numeric_limits<double>::quiet_NaN()}};
    problem.confinement = quadratic_field(k);
    problem.log_reference = line_field([dimension](double r) { return (dimension - 1.0) * std::log(r); },
                                       [dimension](double r) { return (dimension - 1.0) / r; });
    read_common(root, problem, "chi");
    const auto* start = dynamic_cast<const Chi*>(problem.initial.laws.front().get());
    const bool plain = problem.growth.kind == Growth::Kind::none && problem.speed.constant();
    if (plain && start != nullptr && (start->degrees() == dimension || !problem.warm())) {
        problem.exact = at_speed(problem.speed, std::make_shared<RadialGaussian>(problem, *start, k));
    }
    return problem;
}

const bool radial_well_problem_registered = problems().add(
    {"radial-well",
     "distance from the centre under V = k / 2 r^2 and noise in R^d (entropy against r^(d - 1)); in closed "
     "form",
     make_radial_well_problem,
     {{"problem.dimension", "integer", "-", ">= 1", "dimension d of the space around r, by default 2"},
      {"problem.curvature", "number", "1.0", ">= 0", "k of V = k / 2 r^2"}}});

}  // namespace
}  // namespace widelimit
