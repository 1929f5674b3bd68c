// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/exact.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "../support/balance.hpp"
#include "../support/problem_case.hpp"
#include "../support/sanitized.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(exact_solutions)

namespace {

constexpr double pi = std::numbers::pi;

struct Ends {
    double from, to;
};

/// Weak form on several intervals, mass and predictions of the measure against what is claimed of them.
void check_solution(const std::string& toml, const Ends& all, double t)
{
    const Problem problem = make_problem(toml);
    const Balance balance(problem, all.from, all.to);
    for (const double start : {0.13, 0.31, 0.52, 0.7}) {
        const double lower = all.from + start * (all.to - all.from),
                     upper = lower + 0.07 * (all.to - all.from);
        const double difference =
            balance.change(1.0, lower, upper, t) - balance.expected(1.0, lower, upper, t);
        BOOST_TEST(std::abs(difference) < 2e-6,
                   toml << " on (" << lower << ", " << upper << "): " << difference);
    }
    auto values = problem.exact->values(t);
    std::vector<std::string> names;
    for (const auto& [name, number] : values) {
        names.push_back(name);
    }
    BOOST_TEST((names == problem.exact->names()), toml);
    BOOST_TEST(balance.total(t) == values["mass"], tt::tolerance(1e-9));
    if (problem.features) {
        const Field truth = problem.exact->predictions(t);
        BOOST_TEST((balance.predictions(t) - truth).norm() <= 3e-6 * (1.0 + truth.norm()), toml);
        BOOST_TEST(problem.risk->value(truth) == values["risk"], tt::tolerance(1e-10));
    }
}

/// mean, variance, second moment and int V dmu (+ risk) from the cell masses.
void check_moments(const std::string& toml, const Ends& all, double t)
{
    const Problem problem = make_problem(toml);
    const Index cells = 20000;
    const double h = (all.to - all.from) / static_cast<double>(cells);
    double mass = 0.0, first = 0.0, second = 0.0, energy = 0.0, entropy = 0.0;
    for (Index i = 0; i < cells; ++i) {
        const double x = all.from + h * (static_cast<double>(i) + 0.5);
        const double m = problem.exact->mass_between(1.0, x - 0.5 * h, x + 0.5 * h, t);
        mass += m;
        first += m * x;
        second += m * x * x;
        energy += m * problem.confinement->value(Matrix::Constant(1, 1, x))[0];
        entropy += m > 0.0 ? m * std::log(m / h) : 0.0;
    }
    auto values = problem.exact->values(t);
    BOOST_TEST(mass == values["mass"], tt::tolerance(1e-9));
    if (values.count("mean") > 0) {
        BOOST_TEST(std::abs(first / mass - values["mean"]) < 1e-6);
        BOOST_TEST(std::abs(second / mass - std::pow(first / mass, 2) - values["variance"]) < 1e-6);
    }
    BOOST_TEST(std::abs(second / mass - values["second_moment"]) < 1e-6);
    const double risk = problem.features ? problem.risk->value(problem.exact->predictions(t)) : 0.0;
    BOOST_TEST(std::abs(risk + energy + problem.temperature(0.0) * entropy - values["objective"]) < 1e-6);
}

std::string named(const std::string& name, const std::string& more = "")
{
    return "problem.name = '" + name + "'\n" + more;
}

}  // namespace

BOOST_AUTO_TEST_CASE(quadrature_is_adaptive_and_ends)
{
    const auto peak = [](double x) { return 1e-3 / (1e-6 + x * x); };
    BOOST_TEST(integral(peak, -1.0, 2.0) == std::atan(1e3) + std::atan(2e3), tt::tolerance(1e-12));
    BOOST_TEST(integral(peak, 0.0, 1e-9) == std::atan(1e-6), tt::tolerance(1e-13));
    BOOST_TEST(std::abs(integral([](double x) { return x; }, -1.0, 1.0)) < 1e-15);
    BOOST_TEST(integral([](double) { return 0.0; }, 0.0, 1.0) == 0.0);
    const auto law = make_gaussian(1.0, 2.0);
    const auto square = [](double x) { return x * x; };
    const auto slope = [](double x) { return 2.0 * x; };
    BOOST_TEST(integral(*law, square, slope, law->from(), law->to()) == 5.0, tt::tolerance(1e-12));
    // Far out, where the mass is 3e-65, each digit is kept.
    const double far = integral(
        *law, [](double x) { return std::exp(0.5 * x); }, [](double x) { return 0.5 * std::exp(0.5 * x); },
        35.0, 36.0);
    BOOST_TEST(far == std::exp(1.0) * make_gaussian(3.0, 2.0)->between(35.0, 36.0), tt::tolerance(1e-11));
}

BOOST_AUTO_TEST_CASE(cosine_potential, *test::UnlessSanitized())
{
    const Ends turn{0.0, 2.0 * pi};
    for (const char* growth : {"'none'", "{ law = 'proportional', kappa = 0.7 }",
                               "{ law = 'mean-preserving', kappa = 2 }", "{ law = 'linear', kappa = 0.5 }"}) {
        const std::string flow = std::string(
                                     "problem.initial = 'wave'\nproblem.mass = 1.5\nproblem.potential.name = "
                                     "'cosine'\nproblem.potential.amplitude = -0.8\nproblem.growth = ") +
                                 growth;
        check_solution(named("potential", flow), turn, 0.6);
        if (std::string(growth) != "'none'") {
            check_solution(named("potential", flow + "\nproblem.transport = false"), turn, 0.6);
        }
    }
    const Problem problem = make_problem(named("potential", "time.speed = 2"));
    const double end = 2.0 * std::atan(std::exp(2.0 * 0.75) * std::tan(0.5));
    BOOST_TEST(problem.exact->mass_between(1.0, 0.0, end, 0.75) == 1.0 / (2.0 * pi), tt::tolerance(1e-13));
    BOOST_TEST(problem.exact->mass_between(1.0, 2.0 * pi, end + 2.0 * pi, 0.75) == 1.0 / (2.0 * pi),
               tt::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(growth_alone_has_the_closed_form)
{
    const Problem problem = make_problem(named(
        "potential", "problem.growth = { law = 'proportional', kappa = 3 }\nproblem.transport = false"));
    // int exp(-3 t cos) over the circle is 2 pi I_0(3 t); I_0(3) = 4.880792585865024.
    BOOST_TEST(problem.exact->values(1.0).at("mass") == 4.880792585865024, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(well_potential)
{
    const std::string well =
        "problem.potential = { name = 'well', curvature = 0.8, centre = 0.3 }\nproblem.initial = { law = "
        "'gaussian', mean = -0.5, deviation = 0.7 }\nproblem.mass = 1.5\n";
    const Ends line{-6.0, 6.0};
    for (const char* more :
         {"", "problem.temperature = 0.2", "problem.growth = { law = 'proportional', kappa = 0.7 }",
          "problem.growth = { law = 'mean-preserving', kappa = 2 }", "problem.growth = 'linear'",
          "problem.growth = { law = 'proportional', kappa = 0.7 }\nproblem.transport = false"}) {
        check_solution(named("potential", well + more), line, 0.6);
    }
    check_solution(
        named("potential",
              "problem.potential.name = 'well'\nproblem.initial = { law = 'uniform', from = -6, to = 6 }"),
        {-3.0, 3.0}, 0.9);
    check_moments(named("potential", well), line, 0.6);
    check_moments(named("potential", well + "problem.temperature = 0.2"), line, 0.6);
}

BOOST_AUTO_TEST_CASE(scalar_langevin)
{
    const std::string flow =
        named("scalar-langevin",
              "problem.target = 1.3\nproblem.decay = 0.4\nproblem.temperature = 0.25\nproblem.mass = "
              "1.2\nproblem.initial = { mean = 0.8, deviation = 0.6 }");
    check_solution(flow, {-7.0, 7.0}, 0.7);
    check_moments(flow, {-7.0, 7.0}, 0.7);
    check_solution(named("scalar-langevin", "problem.temperature = 0.1"), {-7.0, 7.0}, 0.7);
    check_solution(named("scalar-langevin", "problem.decay = 0.3"), {-7.0, 7.0}, 0.7);
}

/// L - L* = (1 + lambda) (m - m*)^2 / 2 + (tau / 2) (v / v* - 1 - log(v / v*)) at mass and target 1.
BOOST_AUTO_TEST_CASE(scalar_langevin_rests_at_the_optimum)
{
    const double decay = 0.4, tau = 0.25;
    const Problem problem = make_problem(named(
        "scalar-langevin",
        "problem.decay = 0.4\nproblem.temperature = 0.25\nproblem.initial = { mean = 3, deviation = 2 }"));
    auto rest = problem.exact->values(std::numeric_limits<double>::infinity());
    BOOST_TEST(rest["mean"] == 1.0 / (1.0 + decay), tt::tolerance(1e-15));
    BOOST_TEST(rest["variance"] == tau / decay, tt::tolerance(1e-15));
    for (const double t : {0.0, 0.3, 2.0}) {
        auto now = problem.exact->values(t);
        const double away = now["mean"] - rest["mean"], ratio = now["variance"] / rest["variance"];
        BOOST_TEST(now["mean"] == rest["mean"] + (3.0 - rest["mean"]) * std::exp(-(1.0 + decay) * t),
                   tt::tolerance(1e-14));
        BOOST_TEST(
            now["variance"] == rest["variance"] + (4.0 - rest["variance"]) * std::exp(-2.0 * decay * t),
            tt::tolerance(1e-14));
        const double gap = 0.5 * (1.0 + decay) * away * away + 0.5 * tau * (ratio - 1.0 - std::log(ratio));
        BOOST_TEST(now["objective"] - rest["objective"] == gap, tt::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(quadratic_activation)
{
    const std::string flow = named("quadratic-activation",
                                   "problem.target = 0.7\nproblem.decay = 0.9\nproblem.initial = { mean = "
                                   "0.2, deviation = 0.5 }\nproblem.mass = 1.4");
    check_solution(flow, {-5.0, 5.0}, 0.1);
    check_moments(flow, {-5.0, 5.0}, 0.1);
    check_solution(named("quadratic-activation", "problem.target = 0"), {-9.0, 9.0}, 0.05);
    check_solution(named("quadratic-activation",
                         "problem.target = 0.5\nproblem.mass = 0.2\nproblem.initial = { law = 'uniform', "
                         "from = -4, to = 4 }"),
                   {-4.0, 4.0}, 0.05);
    // S = A S0 / (S0 + (A - S0) exp(-12 A t)).
    const Problem problem = make_problem(
        named("quadratic-activation", "problem.target = 2\nproblem.initial = { deviation = 0.1 }"));
    const double s = 2.0 * 0.01 / (0.01 + 1.99 * std::exp(-24.0 * 0.2));
    BOOST_TEST(problem.exact->predictions(0.2)[0] == s, tt::tolerance(1e-12));
    BOOST_TEST(problem.exact->values(0.2).at("risk") == 1.5 * (s - 2.0) * (s - 2.0), tt::tolerance(1e-11));
    BOOST_TEST(problem.exact->predictions(1e4)[0] == 2.0, tt::tolerance(1e-14));
    BOOST_TEST(
        make_problem(named("quadratic-activation", "problem.target = -1")).exact->predictions(1e4)[0] == 0.0);
}

BOOST_AUTO_TEST_CASE(linear_network)
{
    for (const char* more : {"", "\nproblem.target = -0.8\nproblem.mass = 0.6", "\nproblem.target = 0"}) {
        check_solution(
            named("linear-network",
                  std::string("problem.initial = { law = 'wave', mode = 2, amplitude = 0.6, phase = 0.5 }") +
                      more),
            {0.0, 2.0 * pi}, 0.4);
    }
    const Problem problem = make_problem(named("linear-network",
                                               "problem.target = 3\nproblem.mass = 0.01\nproblem.initial = { "
                                               "law = 'wave', mode = 2, amplitude = 1, phase = 0.7 }"));
    const double s0 = problem.exact->predictions(0.0)[0], h = 1e-5;
    BOOST_TEST(s0 == 0.01 * 0.25 * std::sin(0.7), tt::tolerance(1e-12));
    const double product = std::pow(problem.exact->values(0.0).at("mass"), 2) - 4.0 * s0 * s0;
    for (const double t : {0.5, 1.5, 3.0}) {
        const double s = problem.exact->predictions(t)[0];
        const double rise =
            (problem.exact->predictions(t + h)[0] - problem.exact->predictions(t - h)[0]) / (2.0 * h);
        BOOST_TEST(rise == (3.0 - s) * std::sqrt(4.0 * s * s + product), tt::tolerance(1e-7));
        BOOST_TEST(problem.exact->values(t).at("mass") == std::sqrt(4.0 * s * s + product),
                   tt::tolerance(1e-12));
    }
    BOOST_TEST(problem.exact->predictions(20.0)[0] == 3.0, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(single_index)
{
    for (const char* more : {"problem.degree = 1", "problem.strength = 1.7",
                             "problem.initial.dimension = 40\nproblem.mass = 1.3"}) {
        check_solution(named("single-index", more), {-1.0, 1.0}, 0.6);
        check_moments(named("single-index", more), {-1.0, 1.0}, 0.6);
    }
    const Problem plain = make_problem(named("single-index", "problem.degree = 1\nproblem.strength = 2"));
    const double then = std::tanh(std::atanh(0.2) + 2.0 * 0.4);
    const Law& law = *plain.initial.laws.front();
    BOOST_TEST(plain.exact->mass_between(1.0, then, 1.0, 0.4) == law.between(0.2, 1.0), tt::tolerance(1e-13));
    BOOST_TEST(plain.exact->mass_between(1.0, -1.0, 1.0, 50.0) == 1.0);
    BOOST_TEST(plain.exact->values(50.0).at("mean") == 1.0, tt::tolerance(1e-9));

    // m^2 / (1 - m^2) grows by exp(2 c t): what starts beyond 0.1 ends beyond sqrt(1/2) once it has grown
    // 99-fold.
    const Problem hidden = make_problem(named("single-index", "problem.initial.dimension = 400"));
    const double t = 0.5 * std::log(99.0);
    BOOST_TEST(hidden.exact->mass_between(1.0, std::sqrt(0.5), 1.0, t) ==
                   hidden.initial.laws.front()->between(0.1, 1.0),
               tt::tolerance(1e-11));
    BOOST_TEST(hidden.exact->values(0.0).at("second_moment") == 1.0 / 400.0, tt::tolerance(1e-10));
    BOOST_TEST(std::abs(hidden.exact->values(0.3).at("mean")) < 1e-12);
}

BOOST_AUTO_TEST_CASE(masses_add_up)
{
    for (const char* toml :
         {"problem.name = 'potential'", "problem.name = 'potential'\nproblem.growth = 'mean-preserving'",
          "problem.name = 'linear-network'"}) {
        const Problem problem = make_problem(toml);
        for (const double t : {0.0, 1.0, 3.0}) {
            double sum = 0.0;
            for (int i = 0; i < 37; ++i) {
                const double lower = -1.0 + 2.0 * pi * i / 37.0;
                sum += problem.exact->mass_between(1.0, lower, lower + 2.0 * pi / 37.0, t);
            }
            BOOST_TEST(sum == problem.exact->values(t).at("mass"), tt::tolerance(1e-12));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
