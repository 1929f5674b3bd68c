// SPDX-License-Identifier: BSD-3-Clause
#include <Eigen/Geometry>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <numbers>

#include "../support/balance.hpp"
#include "../support/problem_case.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(margin_solutions)

namespace {

constexpr double pi = std::numbers::pi;
const double arrival = 4.0 * std::log(1.0 + std::numbers::sqrt2);

Data single_point(double length = 1.0, double direction = 0.0, double label = 1.0)
{
    Matrix x(1, 2);
    x << length * std::cos(direction), length * std::sin(direction);
    return points(x, Field::Constant(1, label));
}

Data antipodal()
{
    Matrix x(2, 2);
    x << 1.0, 0.0, -1.0, 0.0;
    return points(x, Field::LinSpaced(2, 1.0, -1.0));
}

Data exclusive_or()
{
    Matrix x(4, 2);
    x << 1.0, 1.0, -1.0, -1.0, 1.0, -1.0, -1.0, 1.0;
    Field y(4);
    y << 1.0, 1.0, -1.0, -1.0;
    return points(x, y);
}

Problem solved(const std::string& name, const Data& data, const std::string& more = "")
{
    return make_problem(
        "network.bias = false\nproblem.risk = 'soft-min'\nproblem.exact = '" + name + "'\n" + more, &data);
}

/// A printed number: right to half a unit of its last digit, and a little for a half rounded the other way.
void check_printed(double value, double printed, double unit)
{
    BOOST_TEST(std::abs(value - printed) <= 0.51 * unit, value << " is printed as " << printed);
}

/// What sits at a place, between two intervals that end there.
double atom(const Exact& exact, double sign, double place, double t)
{
    const double reach = 1e-3;
    return exact.mass_between(sign, place - reach, place + reach, t) -
           exact.mass_between(sign, place - reach, place, t) -
           exact.mass_between(sign, place, place + reach, t);
}

void check_balance(const Problem& problem, double t, const std::vector<std::array<double, 2>>& intervals)
{
    const Balance balance(problem, 0.0, 2.0 * pi);
    for (const auto& [lower, upper] : intervals) {
        for (const double sign : {1.0, -1.0}) {
            const double change = balance.change(sign, lower, upper, t);
            const double difference = change - balance.expected(sign, lower, upper, t);
            BOOST_TEST(
                std::abs(difference) < 1e-6 * (1.0 + std::abs(change)),
                "sign " << sign << " on (" << lower << ", " << upper << ") at " << t << ": " << difference);
        }
    }
}

void check_predictions(const Problem& problem, double t)
{
    const Field truth = problem.exact->predictions(t);
    const Field summed = Balance(problem, 0.0, 2.0 * pi).predictions(t);
    BOOST_TEST((truth - summed).norm() <= 1e-12 + 2e-6 * truth.norm(),
               truth.transpose() << " against " << summed.transpose());
}

}  // namespace

BOOST_AUTO_TEST_CASE(single_point_has_the_published_numbers)
{
    const Problem problem = solved("single-point", single_point());
    struct Row {
        double t, mass, mass_unit, margin, frozen;
    };
    for (const Row& row : {Row{0.5, 1.1969235, 1e-7, 0.3511267, 0.0708395},
                           {1.0, 1.9781465, 1e-7, 0.6406093, 0.1081716},
                           {2.0, 10.1515364, 1e-7, 0.9321226, 0.1239818},
                           {3.0, 70.612849, 1e-6, 0.9902621, 0.1249479},
                           {5.0, 3818.4791, 1e-4, 0.9998200, 0.1249999}}) {
        auto values = problem.exact->values(row.t);
        check_printed(values["mass"], row.mass, row.mass_unit);
        check_printed(values["margin"], row.margin, 1e-7);
        const double frozen =
            atom(*problem.exact, -1.0, 0.5 * pi, row.t) + atom(*problem.exact, -1.0, -0.5 * pi, row.t);
        check_printed(frozen, row.frozen, 1e-7);
        BOOST_TEST(atom(*problem.exact, 1.0, 0.5 * pi, row.t) == 0.0);
    }
    auto late = problem.exact->values(8.0);
    BOOST_TEST((1.0 - late["margin"]) * late["mass"] == 11.0 / 16.0, tt::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(antipodal_points_have_the_published_numbers)
{
    const Problem problem = solved("antipodal", antipodal());
    struct Row {
        double t, mass, mass_unit, margin;
    };
    for (const Row& row : {Row{0.5, 1.0957195, 1e-7, 0.1783401},
                           {1.0, 1.4073105, 1e-7, 0.3131508},
                           {2.0, 3.0716468, 1e-7, 0.4427829},
                           {5.0, 55.907461, 1e-6, 0.4977190},
                           {10.0, 8260.1747, 1e-4, 0.4999849}}) {
        auto values = problem.exact->values(row.t);
        check_printed(values["mass"], row.mass, row.mass_unit);
        check_printed(values["margin"], row.margin, 1e-7);
        const double c = std::cosh(0.5 * row.t), s = std::sinh(0.5 * row.t);
        BOOST_TEST(values["mass"] == 0.5 * (2.0 * c * c + s * s), tt::tolerance(1e-12));
    }
    auto late = problem.exact->values(16.0);
    BOOST_TEST((0.5 - late["margin"]) * late["mass"] == 0.125, tt::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(exclusive_or_has_the_published_numbers)
{
    const Problem problem = solved("xor", exclusive_or());
    struct Row {
        double t, mass, mass_unit, margin;
    };
    for (const Row& row : {Row{0.5, 1.0738035, 1e-7, 0.1384100},
                           {1.0, 1.3032661, 1e-7, 0.2418494},
                           {2.0, 2.3692739, 1e-7, 0.3351613},
                           {arrival, 6.8725854, 1e-7, 0.3535534},
                           {12.0, 2751.55306, 1e-5, 0.3535534}}) {
        auto values = problem.exact->values(row.t);
        check_printed(values["mass"], row.mass, row.mass_unit);
        check_printed(values["margin"], row.margin, 1e-7);
    }
    check_printed(arrival, 3.5254943, 1e-7);
    auto then = problem.exact->values(arrival), later = problem.exact->values(arrival + 3.0);
    BOOST_TEST(then["margin"] == 0.25 * std::numbers::sqrt2, tt::tolerance(1e-12));
    BOOST_TEST(later["margin"] == 0.25 * std::numbers::sqrt2, tt::tolerance(1e-12));
    BOOST_TEST(later["mass"] / then["mass"] == std::exp(3.0 / std::numbers::sqrt2), tt::tolerance(1e-12));
    BOOST_TEST(problem.exact->mass_between(1.0, 0.25 * pi, 1.25 * pi, arrival) == 0.0);
    const double quarter = 0.25 * then["mass"];
    BOOST_TEST(atom(*problem.exact, 1.0, 0.25 * pi, arrival) == quarter, tt::tolerance(1e-12));
    BOOST_TEST(atom(*problem.exact, -1.0, 0.75 * pi, arrival) == quarter, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(solutions_obey_the_equation_away_from_kinks)
{
    const std::vector<std::array<double, 2>> arcs = {{0.1, 0.6}, {0.9, 1.4}, {-0.5, -0.1},
                                                     {1.7, 2.3}, {2.5, 3.0}, {5.6, 6.2}};
    for (const double t : {0.3, 1.1}) {
        check_balance(solved("single-point", single_point()), t, arcs);
        check_balance(solved("single-point", single_point(1.7, 2.0, -1.0), "problem.decay = 0.3"), t,
                      {{1.2, 1.9}, {2.1, 2.9}, {4.0, 5.0}});
        check_balance(solved("antipodal", antipodal()), t, {{-0.5, 0.7}, {1.0, 4.0}, {6.0, 7.0}});
        check_balance(
            solved("xor", exclusive_or(), "problem.mass = 2.5\nproblem.decay = 0.1\ntime.speed = 0.7"), t,
            {{0.3, 0.7}, {1.0, 1.4}, {-0.7, -0.2}, {2.0, 2.3}});
    }
}

/// Intervals around a kink count what comes to it.
BOOST_AUTO_TEST_CASE(solutions_obey_the_equation_across_kinks)
{
    for (const double t : {0.3, 1.1, 2.0}) {
        check_balance(solved("single-point", single_point()), t,
                      {{0.5 * pi - 1.0, 0.5 * pi + 1.0}, {-2.0, 2.0 - pi}});
        for (const double kink : {0.25 * pi, 0.75 * pi, -0.75 * pi}) {
            check_balance(solved("xor", exclusive_or()), t,
                          {{kink - 0.3, kink + 0.3}, {kink - 0.7, kink + 0.7}});
        }
    }
}

BOOST_AUTO_TEST_CASE(predictions_and_mass_are_those_of_the_measure)
{
    for (const Problem& problem :
         {solved("single-point", single_point()), solved("antipodal", antipodal()),
          solved("xor", exclusive_or(), "problem.mass = 2.5\nproblem.decay = 0.1")}) {
        for (const double t : {0.0, 0.5, 2.0}) {
            check_predictions(problem, t);
            double sum = 0.0;
            for (const double sign : problem.signs()) {
                for (double x = 0.3; x < 0.3 + 1.99 * pi; x += 0.5 * pi) {
                    sum += problem.exact->mass_between(sign, x, x + 0.5 * pi, t);
                }
            }
            BOOST_TEST(sum == problem.exact->values(t).at("mass"), tt::tolerance(1e-12));
            const Field f = problem.exact->predictions(t).cwiseProduct(problem.risk->nodes().targets);
            BOOST_TEST(f.minCoeff() / sum == problem.exact->values(t).at("margin"), tt::tolerance(1e-12));
        }
    }
    check_predictions(solved("xor", exclusive_or()), 5.0);
}

BOOST_AUTO_TEST_CASE(solutions_turn_and_scale_with_the_data)
{
    const Problem unit = solved("single-point", single_point());
    const Problem other = solved("single-point", single_point(2.0, 1.0, -1.0), "time.speed = 1.5");
    BOOST_TEST(other.exact->mass_between(-1.0, 1.1, 1.4, 0.5) == unit.exact->mass_between(1.0, 0.1, 0.4, 1.5),
               tt::tolerance(1e-12));
    BOOST_TEST(other.exact->mass_between(1.0, 1.1 - 4.0 * pi, 1.4 - 4.0 * pi, 0.5) ==
                   unit.exact->mass_between(-1.0, 0.1, 0.4, 1.5),
               tt::tolerance(1e-12));
    BOOST_TEST(other.exact->predictions(0.5)[0] == -2.0 * unit.exact->predictions(1.5)[0],
               tt::tolerance(1e-12));

    Data turned = exclusive_or();
    turned.inputs = std::numbers::sqrt2 * Matrix(turned.inputs * Eigen::Rotation2Dd(-0.4).toRotationMatrix());
    turned.inputs.row(0).swap(turned.inputs.row(2));
    std::swap(turned.targets[0], turned.targets[2]);
    const Problem straight = solved("xor", exclusive_or()), skew = solved("xor", turned);
    BOOST_TEST(skew.exact->mass_between(1.0, 1.3, 1.5, 1.0) ==
                   straight.exact->mass_between(1.0, 0.9, 1.1, std::numbers::sqrt2),
               tt::tolerance(1e-10));
    BOOST_TEST(skew.exact->predictions(1.0)[0] < 0.0);
    BOOST_TEST(skew.exact->values(6.0)["margin"] == 0.5, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_bias_makes_a_point_of_one_input)
{
    const Data origin = points(Matrix::Zero(1, 1), Field::Ones(1));
    const Problem problem =
        make_problem("problem.risk = 'soft-min'\nproblem.exact = 'single-point'", &origin);
    BOOST_TEST(problem.exact->predictions(1.0)[0] ==
                   solved("single-point", single_point()).exact->predictions(1.0)[0],
               tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(other_data_and_other_flows_are_refused)
{
    const std::string start = "network.bias = false\nproblem.risk = 'soft-min'\nproblem.exact = ";
    const Data one = single_point(), two = antipodal(), four = exclusive_or();
    BOOST_TEST(contains(case_refusal(start + "'single-point'", &two),
                        "case.toml:3:17: key 'problem.exact': expected a single data point"));
    BOOST_TEST(contains(case_refusal(start + "'antipodal'", &four), "expected two data points x and -x"));
    BOOST_TEST(contains(case_refusal(start + "'xor'", &two), "expected four data points"));
    Data same = two;
    same.targets.setOnes();
    BOOST_TEST(contains(case_refusal(start + "'antipodal'", &same), "with labels +1 and -1"));
    Data stretched = four;
    stretched.inputs.col(0) *= 1.01;
    BOOST_TEST(contains(case_refusal(start + "'xor'", &stretched), "expected four data points"));
    Data unlike = four;
    unlike.targets[3] = 1.0;
    BOOST_TEST(contains(case_refusal(start + "'xor'", &unlike), "alternating labels"));
    const Data nowhere = single_point(0.0);
    BOOST_TEST(contains(case_refusal(start + "'single-point'", &nowhere), "not the origin"));

    for (const char* change : {"problem.growth = 'none'", "problem.transport = false",
                               "problem.temperature = 0.1", "network.train = ['input']",
                               "problem.initial = 'wave'", "problem.initial = { law = 'uniform', to = 3 }",
                               "problem.growth.kappa = 1.0\nproblem.growth.law = 'proportional'",
                               "time.speed = { power = 1, factor = 2 }"}) {
        BOOST_TEST(contains(case_refusal(start + "'single-point'\n" + change, &one),
                            "is known for the activation 'relu'"),
                   change);
    }
    BOOST_TEST(contains(
        case_refusal("network.bias = false\nproblem.risk = 'logistic'\nproblem.exact = 'xor'", &four),
        "risk = \"soft-min\""));
    BOOST_TEST(contains(case_refusal(start + "'xr'", &four), "did you mean 'xor'"));
}

BOOST_AUTO_TEST_SUITE_END()
