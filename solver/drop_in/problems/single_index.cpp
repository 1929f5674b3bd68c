// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// m' = strength (1 - m^2) m^(degree - 1) for the degrees 1 and 2: artanh m grows by strength * t, or
/// m^2 / (1 - m^2) by exp(2 strength t).
/// values() also: mean, variance, second_moment, objective.
class Escaping : public Transported {
public:
    Escaping(const Problem& problem, double strength, Index degree)
        : Transported(problem), strength_(strength), degree_(degree)
    {}
    std::vector<std::string> names() const override
    {
        return {"mass", "mean", "objective", "second_moment", "variance"};
    }
    std::map<std::string, double> values(double t) const override
    {
        std::map<std::string, double> all = Transported::values(t);
        const double mean =
            moment([&](double m) { return place(m, t); }, [&](double m) { return slope(m, t); });
        all["mean"] = mean;
        all["second_moment"] = moment([&](double m) { return place(m, t) * place(m, t); },
                                      [&](double m) { return 2.0 * place(m, t) * slope(m, t); });
        all["variance"] = all["second_moment"] - mean * mean;
        all["objective"] = -strength_ * mass() * (degree_ == 1 ? mean : 0.5 * all["second_moment"]);
        return all;
    }

protected:
    double origin(double m, double t) const override { return place(m, -t); }

private:
    /// Where the neuron that started at m is at time t; exact at both ends, where 1 - m^2 vanishes.
    double place(double m, double t) const
    {
        const double pace = std::exp(strength_ * t), up = 1.0 + m, down = 1.0 - m;
        return degree_ == 1 ? (up * pace - down / pace) / (up * pace + down / pace)
                            : m * pace / std::sqrt(up * down + m * m * pace * pace);
    }
    double slope(double m, double t) const
    {
        const double pace = std::exp(strength_ * t), up = 1.0 + m, down = 1.0 - m;
        return degree_ == 1 ? 4.0 * std::pow(up * pace + down / pace, -2.0)
                            : pace * std::pow(up * down + m * m * pace * pace, -1.5);
    }

    double strength_;
    Index degree_;
};

Problem make_single_index_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double strength = section.number("strength");
    const Index degree = section.integer("degree");
    const auto k = static_cast<double>(degree);
    Problem problem;
    problem.coordinates = {
        {"m", "cosine of the angle between a neuron and the hidden direction", false, -1.0, 1.0}};
    problem.confinement = line_field([strength, k](double m) { return -strength * std::pow(m, k) / k; },
                                     [strength, k](double m) { return -strength * std::pow(m, k - 1.0); });
    problem.mobility = line_mobility([](double m) { return 1.0 - m * m; }, [](double m) { return -2.0 * m; });
    read_common(root, problem, "index");
    if (problem.growth.kind == Growth::Kind::none && !problem.warm()) {
        problem.exact = at_speed(problem.speed, std::make_shared<Escaping>(problem, strength, degree));
    }
    return problem;
}

const bool single_index_problem_registered = problems().add(
    {"single-index",
     "escape of neurons that do not interact towards a hidden direction; in closed form",
     make_single_index_problem,
     {{"problem.strength", "number", "1.0", "> 0", "c of V = -c m^k / k"},
      {"problem.degree", "integer", "2", "in 1, 2", "k of V = -c m^k / k, the information exponent"}}});

}  // namespace
}  // namespace widelimit
