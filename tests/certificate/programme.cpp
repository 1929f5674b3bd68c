// SPDX-License-Identifier: BSD-3-Clause
// Optima over all neurons of the circle against closed forms and values of cutting planes.
#include "widelimit/certificate/programme.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "support/random.hpp"
#include "widelimit/certificate/dual_bound.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_SUITE(programmes)

namespace {

struct Set {
    Matrix inputs;
    Field targets;
};

/// Points of a line with a bias.
Set on_line(const std::vector<double>& x, const std::vector<double>& y)
{
    Set set{Matrix::Ones(static_cast<Index>(x.size()), 2), Field(static_cast<Index>(y.size()))};
    for (std::size_t i = 0; i < x.size(); ++i) {
        set.inputs(static_cast<Index>(i), 0) = x[i];
        set.targets[static_cast<Index>(i)] = y[i];
    }
    return set;
}

Set on_plane(const std::vector<std::pair<double, double>>& x, const std::vector<double>& y)
{
    Set set{Matrix(static_cast<Index>(x.size()), 2), Field(static_cast<Index>(y.size()))};
    for (std::size_t i = 0; i < x.size(); ++i) {
        set.inputs.row(static_cast<Index>(i)) << x[i].first, x[i].second;
        set.targets[static_cast<Index>(i)] = y[i];
    }
    return set;
}

struct Fitted {
    Problem problem;
    std::unique_ptr<Units> units;
    Fitted(const Set& set, const std::string& risk, double penalty = 0.0)
        : problem(circle_network(risk, set.inputs, set.targets, penalty)), units(make_units(problem))
    {}
};

void check_margin(const Set& set, double truth)
{
    const Fitted fitted(set, "logistic");
    const Bracket found = largest_margin(set.targets, *fitted.units);
    BOOST_TEST(found.low <= truth * (1.0 + 1e-12));
    BOOST_TEST(found.high >= truth * (1.0 - 1e-12));
    BOOST_TEST(found.high - found.low < 1e-9 * truth);
    BOOST_TEST(found.network.norm() == 1.0, tt::tolerance(1e-12));
}

void check_norm(const Set& set, double truth)
{
    const Fitted fitted(set, "square");
    const Bracket found = least_norm(set.targets, *fitted.units);
    BOOST_TEST(found.low <= truth * (1.0 + 1e-12));
    BOOST_TEST(found.high >= truth * (1.0 - 1e-12));
    BOOST_TEST(found.high - found.low < 1e-9 * truth);
    BOOST_TEST((found.network.predictions(*fitted.units) - set.targets).cwiseAbs().maxCoeff() < 1e-9);
}

Bracket penalised(const Set& set, const std::string& risk, double penalty)
{
    const Fitted fitted(set, risk, penalty);
    const Bracket found = least_penalised(*fitted.problem.risk, *fitted.units, penalty, {});
    BOOST_TEST(found.high - found.low <= 1e-10 * found.high);
    BOOST_TEST(found.high - found.low >= -1e-14 * found.high);
    return found;
}

const Set tent = on_line({-1, 0, 1}, {0, 1, 0});
const Set steep = on_line({-1, -1.0 / 16, 1.0 / 16, 1}, {-1, 0.5, -0.5, 1});
const Set three = on_line({-1, 0, 1}, {-1, 1, -1});

}  // namespace

BOOST_AUTO_TEST_CASE(largest_margins_on_the_circle)
{
    check_margin(on_plane({{3, 4}}, {1}), 5.0);
    check_margin(on_plane({{1, 0}, {-1, 0}}, {1, -1}), 0.5);
    check_margin(on_plane({{1, 1}, {-1, -1}, {1, -1}, {-1, 1}}, {1, 1, -1, -1}), std::sqrt(2.0) / 4.0);
    check_margin(on_line({-1, 1}, {-1, 1}), std::sqrt(0.5));
    check_margin(three, 0.2);
    check_margin(on_plane({{1, 0}, {1, 1}, {1, 2}, {1, 3}}, {1, 1, 1, 1}), 1.0);
    check_margin(on_line({-1, -1.0 / 16, 1.0 / 16, 1}, {-1, 1, -1, 1}), 15.0 / (34.0 * std::sqrt(257.0)));
    check_margin(on_plane({{-3, -1}, {-1, 1}, {1, -2}, {2, 1}}, {-1, -1, 1, 1}), 0.746512491528717);
    const double turn = pi / 3.0;
    check_margin(on_plane({{1, 0}, {std::cos(turn), std::sin(turn)}}, {1, 1}), std::cos(0.5 * turn));
    check_margin(on_plane({{1, 0}, {std::cos(turn), std::sin(turn)}}, {1, -1}), 0.5 * std::sin(turn));
}

BOOST_AUTO_TEST_CASE(least_norms_of_interpolants)
{
    check_norm(tent, 3.0);
    check_norm(on_line({-1, 0, 1}, {1, 0, 1}), 2.0);
    check_norm(on_line({-1, -0.25, 0.25, 1}, {-1, -1, 1, 1}), 2.0 * std::sqrt(17.0));
    check_norm(on_line({0, 1}, {0, 1}), 1.0);
    check_norm(on_line({-1, 1}, {1, 1}), 1.0);
    check_norm(on_line({-1, 0, 1}, {-1, 0, 1}), std::sqrt(2.0));
    check_norm(steep, 1.2 * std::sqrt(257.0));
}

BOOST_AUTO_TEST_CASE(penalised_square_risk)
{
    for (const double penalty : {1e-2, 1e-3, 1e-4}) {  // f = (3 l, 1 - 9 l, 3 l), N = 3 - 33 l
        const Bracket found = penalised(tent, "square", penalty);
        BOOST_TEST(found.network.norm() == 3.0 - 33.0 * penalty, tt::tolerance(1e-8));
        const double objective =
            (9.0 + 81.0 + 9.0) * penalty * penalty / 6.0 + penalty * (3.0 - 33.0 * penalty);
        BOOST_TEST(found.high == objective, tt::tolerance(1e-12));
    }
    BOOST_TEST(penalised(tent, "square", 0.1).high == 0.1394444444444444, tt::tolerance(1e-10));
    BOOST_TEST(penalised(tent, "square", 0.1).network.norm() == 0.2333333333333333, tt::tolerance(1e-8));
    BOOST_TEST(penalised(steep, "square", 1e-3).high == 0.0180632590, tt::tolerance(1e-8));
    BOOST_TEST(penalised(steep, "square", 1e-3).network.norm() == 16.8890546, tt::tolerance(1e-8));
    BOOST_TEST(penalised(steep, "square", 1e-4).high == 0.0019120043, tt::tolerance(1e-7));
}

/// q_i = lambda p_i / gamma at the optimum, with the dual weights p of the largest margin.
BOOST_AUTO_TEST_CASE(penalised_logistic_risk_tends_to_the_largest_margin)
{
    const Field p = (Field(3) << 0.2, 0.6, 0.2).finished();
    double last = 0.0;
    for (const double penalty : {1e-2, 1e-3, 1e-6}) {
        const Fitted fitted(three, "logistic", penalty);
        const Bracket found = least_penalised(*fitted.problem.risk, *fitted.units, penalty, {});
        const Field u = (0.2 / (3.0 * penalty * p.array()) - 1.0).log();
        BOOST_TEST(found.network.norm() == p.dot(u) / 0.2, tt::tolerance(1e-6));
        const double margin =
            three.targets.cwiseProduct(found.network.predictions(*fitted.units)).minCoeff() /
            found.network.norm();
        BOOST_TEST(margin == u.minCoeff() / (p.dot(u) / 0.2), tt::tolerance(1e-6));
        BOOST_TEST(margin > last);
        BOOST_TEST(found.high - found.low < 1e-8 * found.high);
        last = margin;
    }
}

/// Random data: every bracket is consistent, and no bound lies below what any network reaches.
BOOST_AUTO_TEST_CASE(brackets_of_random_data_close)
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const Index n = 2 + static_cast<Index>(seed % 7);
        Set set;
        set.inputs = random_field(2 * n, -1.5, 1.5, seed).reshaped(n, 2);
        if (seed % 2 == 0) {
            set.inputs.col(1).setOnes();
        }
        set.targets = random_field(n, -1.0, 1.0, seed + 1000);
        const Fitted fitted(set, "square", 1e-2);
        const Bracket penalty = least_penalised(*fitted.problem.risk, *fitted.units, 1e-2, {});
        BOOST_TEST(penalty.high - penalty.low <= 1e-9 * penalty.high, "seed " << seed);
        const Bracket norm = least_norm(set.targets, *fitted.units);
        BOOST_TEST(norm.high - norm.low <= 1e-8 * norm.high, "seed " << seed);
        const Field labels = set.targets.unaryExpr([](double y) { return y > 0.0 ? 1.0 : -1.0; });
        const Bracket margin = largest_margin(labels, *fitted.units);
        BOOST_TEST(margin.high - margin.low <= 1e-8 * margin.high, "seed " << seed);
        for (unsigned other = 1; other <= 20; ++other) {
            SparseNetwork network;
            network.places = random_field(5, 0.0, 2.0 * pi, other + 77).transpose();
            network.weights = random_field(5, -1.0, 1.0, other + 99);
            network.weights /= network.norm();
            const Field f = network.predictions(*fitted.units);
            BOOST_TEST(labels.cwiseProduct(f).minCoeff() <= margin.high);
            BOOST_TEST(fitted.problem.risk->value(f) + 1e-2 >= penalty.low);
        }
    }
}

/// Two labels, or two targets, at one input.
BOOST_AUTO_TEST_CASE(what_no_network_attains)
{
    const Set torn = on_line({0, 0, 1}, {1, -1, 1});
    const Fitted classes(torn, "logistic");
    const Bracket margin = largest_margin(torn.targets, *classes.units);
    BOOST_TEST(margin.low == 0.0);
    BOOST_TEST(margin.high < 1e-14);
    BOOST_TEST(margin.network.size() == 0);
    const Set twice = on_line({0, 0, 1}, {1, 2, 1});
    const Fitted regression(twice, "square");
    const Bracket norm = least_norm(twice.targets, *regression.units);
    BOOST_TEST(norm.high == infinite);
    BOOST_TEST(norm.network.size() == 0);
}

/// As many neurons as the optimum has reach it; fewer do not.
BOOST_AUTO_TEST_CASE(few_neurons_by_enumeration)
{
    const Fitted fitted(tent, "square", 1e-2);
    const FewNeurons found = least_of_widths(*fitted.problem.risk, *make_arc_units(fitted.problem), 1e-2, 3);
    BOOST_TEST(found.least[2] == 0.02835, tt::tolerance(1e-12));
    BOOST_TEST(found.least[1] > 0.03);
    BOOST_TEST(found.least[0] > found.least[1]);
    BOOST_TEST(found.slope < 1e-8);
    BOOST_TEST(found.network.size() == 3);
    const Field f = found.network.predictions(*fitted.units);
    BOOST_TEST(fitted.problem.risk->value(f) + 1e-2 * found.network.norm() == 0.02835, tt::tolerance(1e-10));
    // No network that is trained from anywhere does better than the enumeration says.
    for (unsigned seed = 1; seed <= 200; ++seed) {
        SparseNetwork pair;
        pair.places = random_field(2, 0.0, 2.0 * pi, seed).transpose();
        pair.weights = random_field(2, -1.5, 1.5, seed + 500);
        const Field weights =
            best_weights(*fitted.problem.risk, fitted.units->columns(pair.places), 1e-2, pair.weights, true);
        pair.weights = weights;
        BOOST_TEST(fitted.problem.risk->value(pair.predictions(*fitted.units)) + 1e-2 * pair.norm() >=
                   found.least[1] * (1.0 - 1e-12));
    }
    BOOST_CHECK_THROW(least_of_widths(*fitted.problem.risk, *make_arc_units(fitted.problem), 1e-2, 3, 100.0),
                      ConfigError);
}

BOOST_AUTO_TEST_CASE(the_supremum_is_over_all_angles)
{
    const Fitted fitted(steep, "square");
    const Field q = random_field(4, -1.0, 1.0, 3);
    double dense = 0.0;
    Matrix places(1, 100000);
    for (Index k = 0; k < places.cols(); ++k) {
        places(0, k) = 2.0 * pi * static_cast<double>(k) / 1e5;
    }
    dense = (fitted.units->columns(places).transpose() * q).cwiseAbs().maxCoeff();
    BOOST_TEST(fitted.units->supremum(q) >= dense);
    BOOST_TEST(fitted.units->supremum(q) <= dense * (1.0 + 1e-8));
}

BOOST_AUTO_TEST_SUITE_END()
