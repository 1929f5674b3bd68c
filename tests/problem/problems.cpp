// SPDX-License-Identifier: BSD-3-Clause
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "../support/problem_case.hpp"

using namespace widelimit;
using namespace widelimit::test;
namespace tt = boost::test_tools;

namespace {

Data rows(Index inputs, bool labels = false)
{
    Matrix x(3, inputs);
    x.setZero();
    x.col(0) << 0.5, -1.0, 2.0;
    Field y(3);
    y << 1.0, -1.0, 1.0;
    return points(x, y, labels);
}

Matrix place(std::initializer_list<double> coordinates)
{
    Matrix point(static_cast<Index>(coordinates.size()), 1);
    Index i = 0;
    for (const double x : coordinates) {
        point(i++, 0) = x;
    }
    return point;
}

/// What a problem cannot do without.
std::string needs(const std::string& name)
{
    static const std::map<std::string, std::string> all = {
        {"discrepancy", "grid.axes.x = { from = -1, to = 1 }\nproblem.kernel = 'quadratic'"},
        {"staircase", "network.activation = 'tanh'\nproblem.initial = 'gaussian'"},
        {"subspace-norm", "problem.even_degrees = 6"},
        {"two-time-scales", "problem.initial = 'gaussian'"},
        {"variable-projection", "problem.target = { law = 'uniform' }\nproblem.modes = 2"}};
    const auto found = all.find(name);
    return found == all.end() ? "" : "\n" + found->second;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(every_problem)

BOOST_AUTO_TEST_CASE(is_made_from_its_name)
{
    const Data data = rows(1);
    for (const auto& [name, entry] : problems().all()) {
        const Problem problem = make_problem("problem.name = '" + name + "'" + needs(name), &data, false);
        BOOST_TEST(!entry.meaning.empty());
        BOOST_TEST(!problem.coordinates.empty(), name);
        BOOST_TEST(problem.initial.laws.size() == problem.coordinates.size(), name);
        BOOST_TEST((problem.features == nullptr) == (problem.risk == nullptr), name);
        for (const Coordinate& coordinate : problem.coordinates) {
            BOOST_TEST(!coordinate.meaning.empty(), name);
            BOOST_TEST((!coordinate.circle || coordinate.from < coordinate.to), name);
        }
        if (problem.features) {
            BOOST_TEST(problem.features->size() == problem.risk->nodes().size(), name);
        }
    }
}

/// The slopes that features and confinement claim are those of their values.
BOOST_AUTO_TEST_CASE(has_slopes_that_fit_its_values)
{
    const Data data = rows(1);
    for (const auto& [name, entry] : problems().all()) {
        const Settings root =
            problem_settings("problem.name = '" + name + "'\nproblem.decay = 0.4" + needs(name));
        const Problem problem = entry.make(root, &data);
        Matrix here = Matrix::Constant(static_cast<Index>(problem.coordinates.size()), 1, 0.37), near = here;
        const double h = 1e-6;
        near(0, 0) += h;
        here(0, 0) -= h;
        const double rise =
            (problem.confinement->value(near) - problem.confinement->value(here))[0] / (2.0 * h);
        here(0, 0) += h;
        BOOST_TEST(std::abs(problem.confinement->slope(here)(0, 0) - rise) < 1e-8, name);
        if (problem.features && problem.amplitude != Amplitude::axis) {
            const Field r = Field::LinSpaced(problem.features->size(), 0.7, -0.2);
            Field above, below, g;
            Matrix slope, unused;
            problem.features->pull(here, r, g, slope);
            problem.features->pull(near, r, above, unused);
            here(0, 0) -= h;
            problem.features->pull(here, r, below, unused);
            BOOST_TEST(std::abs(slope(0, 0) - (above - below)[0] / (2.0 * h)) < 1e-8, name);
            BOOST_TEST(std::abs((problem.features->values(near) * r - above)[0]) < 1e-14, name);
        }
    }
}

BOOST_AUTO_TEST_CASE(records_what_follows_from_it)
{
    const Data data = rows(1);
    const Settings root = problem_settings("problem.risk = 'square'");
    problems().find("network").make(root, &data);
    const Settings again(root.resolved(), problem_schema());
    BOOST_TEST(again.text("problem.growth.law") == "proportional");
    BOOST_TEST(again.number("problem.growth.kappa") == 2.0);
    BOOST_TEST(again.text("problem.initial.law") == "uniform");
    BOOST_TEST(again.flag("problem.transport"));
    const Problem same = problems().find("network").make(again, &data);
    BOOST_TEST((same.growth.kind == Growth::Kind::proportional));
    BOOST_TEST(same.initial.name == "uniform");
}

BOOST_AUTO_TEST_CASE(lets_the_case_change_growth_and_start)
{
    const Data data = rows(1);
    const Problem kept = make_problem("problem.growth = 'proportional'", &data);
    BOOST_TEST(kept.growth.kappa == 2.0);
    const Problem faster = make_problem("problem.growth = { law = 'proportional', kappa = 3 }", &data);
    BOOST_TEST(faster.growth.kappa == 3.0);
    const Problem other = make_problem("problem.growth = 'mean-preserving'", &data);
    BOOST_TEST((other.growth.kind == Growth::Kind::mean_preserving && other.growth.kappa == 1.0));
    const Problem rest = make_problem("problem.growth = 'none'\nproblem.mass = 2", &data);
    BOOST_TEST((rest.growth.kind == Growth::Kind::none && rest.growth.kappa == 0.0));
    BOOST_TEST(rest.initial.mass == 2.0);
    BOOST_TEST(make_problem("problem.transport = false", &data).frozen);
    BOOST_TEST(
        make_problem("problem.initial = 'wave'", &data).initial.laws.front()->cdf(0.25 * std::numbers::pi) >
        0.125);
    BOOST_TEST(make_problem("time.speed = 2", &data).speed(0.3) == 2.0);
    BOOST_TEST(
        contains(case_refusal("problem.transport = false\nproblem.growth = 'none'", &data),
                 "case.toml:1:21: key 'problem.transport': without transport and growth nothing moves"));
    BOOST_TEST(
        contains(case_refusal("problem.growth = 'linear'", &data), "the linear law has a signed density"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(network_problem)

BOOST_AUTO_TEST_CASE(both_layers_on_the_circle)
{
    const Data data = rows(1);
    const Problem problem = make_problem("problem.decay = 0.1", &data);
    BOOST_TEST(problem.coordinates.front().name == "angle");
    BOOST_TEST(problem.coordinates.front().circle);
    BOOST_TEST((problem.signs() == std::vector<double>{1.0, -1.0}));
    BOOST_TEST((problem.growth.kind == Growth::Kind::proportional && problem.growth.kappa == 2.0));
    BOOST_TEST(problem.confinement->value(place({1.0}))[0] == 0.1);
    BOOST_TEST(problem.risk->nodes().weights[0] == 1.0 / 3.0);
    BOOST_TEST(problem.features->values(place({0.3}))(0, 0) == 0.5 * std::cos(0.3) + std::sin(0.3),
               tt::tolerance(1e-15));
    BOOST_TEST(problem.features->kinks().size() == 6u);
    const Data plane = rows(2);
    BOOST_TEST(make_problem("network.bias = false", &plane).features->values(place({0.3}))(0, 0) ==
                   0.5 * std::cos(0.3),
               tt::tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(output_layer_alone)
{
    const Data data = rows(1);
    const Problem problem = make_problem("network.train = ['output']", &data);
    BOOST_TEST((problem.amplitude == Amplitude::none));
    BOOST_TEST((problem.growth.kind == Growth::Kind::linear && problem.growth.kappa == 1.0));
    BOOST_TEST(problem.frozen);
    BOOST_TEST(problem.coordinates.front().circle);
    const Problem steps = make_problem("network.activation = 'step'\nnetwork.train = 'output'", &data);
    BOOST_TEST(steps.coordinates.front().circle);
    const Problem random = make_problem("network.activation = 'cosine'\nnetwork.train = 'output'", &data);
    BOOST_TEST(random.coordinates.size() == 2u);
    BOOST_TEST(random.initial.name == "gaussian");
}

BOOST_AUTO_TEST_CASE(input_layer_alone)
{
    const Data data = rows(1), three = rows(3);
    const Problem problem = make_problem(
        "network.activation = 'tanh'\nnetwork.train = ['input']\nnetwork.output = { scale = 2 "
        "}\nproblem.decay = 0.6",
        &data);
    BOOST_TEST((problem.coordinates[0].name == "w" && problem.coordinates[1].name == "b"));
    BOOST_TEST(std::isnan(problem.coordinates[0].from));
    BOOST_TEST((problem.signs() == std::vector<double>{2.0, -2.0}));
    BOOST_TEST((problem.growth.kind == Growth::Kind::none));
    BOOST_TEST(!problem.frozen);
    BOOST_TEST(problem.confinement->value(place({1.0, 2.0}))[0] == 1.5, tt::tolerance(1e-15));
    BOOST_TEST(problem.features->values(place({1.0, 2.0}))(0, 0) == std::tanh(2.5), tt::tolerance(1e-15));
    BOOST_TEST(problem.initial.laws[1]->cdf(1.0) == 0.841344746068543, tt::tolerance(1e-12));

    const Problem plus = make_problem(
        "network = { activation = 'sigmoid', train = ['input'], bias = false, output = { signs = 'plus', "
        "scale = 3 } }",
        &three);
    BOOST_TEST((plus.signs() == std::vector<double>{3.0}));
    BOOST_TEST((plus.coordinates[0].name == "w1" && plus.coordinates[2].name == "w3"));
    BOOST_TEST((make_problem("network.train = ['input']", &data).coordinates.size() == 2u));
}

/// Both layers of smooth units: a neuron is (a, w, b), a the amplitude.
BOOST_AUTO_TEST_CASE(all_weights)
{
    const Data data = rows(1);
    const Problem problem = make_problem("network.activation = 'tanh'\nproblem.decay = 0.6", &data);
    BOOST_TEST(problem.coordinates.size() == 3u);
    BOOST_TEST((problem.coordinates[0].name == "a" && problem.coordinates[2].name == "b"));
    BOOST_TEST((problem.amplitude == Amplitude::axis && problem.growth.kind == Growth::Kind::none));
    BOOST_TEST(problem.base_rank() == 2);
    BOOST_TEST(problem.values(place({-3.0, 1.0, 2.0}))(0, 0) == -3.0 * std::tanh(2.5), tt::tolerance(1e-15));
    BOOST_TEST(problem.confinement->value(place({3.0, 1.0, 2.0}))[0] == 0.3 * 14.0, tt::tolerance(1e-15));
    BOOST_TEST(problem.initial.name == "gaussian");
    BOOST_TEST(make_problem("network.activation = 'tanh'\nnetwork.bias = false", &data).coordinates.size() ==
               2u);
}

BOOST_AUTO_TEST_CASE(labels_for_classifying_risks)
{
    const Data numbers = rows(1), labels = rows(1, true);
    for (const auto& [name, entry] : risks().all()) {
        const Problem problem = make_problem("problem.risk = '" + name + "'", &labels);
        if (problem.risk->classifies()) {
            BOOST_TEST(contains(
                case_refusal("problem.risk = '" + name + "'", &numbers),
                "case.toml:1:16: key 'problem.risk': the risk '" + name + "' needs labels -1 and +1"));
            BOOST_TEST(
                contains(case_refusal("problem.risk = '" + name + "'", &numbers), "target = { column"));
        }
    }
}

/// More than two input weights, or any start: coordinates of a vector of length 1, for finite networks.
BOOST_AUTO_TEST_CASE(units_on_a_sphere)
{
    const Data one = rows(1), two = rows(2);
    const Problem balanced = make_problem("problem.decay = 0.1", &two);
    BOOST_TEST(balanced.coordinates.size() == 3);
    BOOST_TEST((balanced.sphere == Sphere::directions));
    BOOST_TEST((balanced.amplitude == Amplitude::signs));
    BOOST_TEST(balanced.growth.kappa == 2.0);
    BOOST_TEST(balanced.confinement->value(Matrix::Ones(3, 1))[0] == 0.1);
    const Problem general = make_problem("problem.decay = 0.1\nnetwork.start = 'general'", &one);
    BOOST_TEST(general.coordinates.size() == 3);
    BOOST_TEST(general.coordinates.front().name == "a");
    BOOST_TEST((general.sphere == Sphere::weights));
    BOOST_TEST((general.amplitude == Amplitude::axis));
    BOOST_TEST(general.growth.kappa == 4.0);
    BOOST_TEST(general.confinement->value(Matrix::Ones(3, 1))[0] == 0.05);
    BOOST_TEST((make_problem("", &one).sphere == Sphere::none));
}

BOOST_AUTO_TEST_CASE(refusals)
{
    const Data one = rows(1), two = rows(2), four = rows(4);
    BOOST_TEST(contains(case_refusal(""), "needs a section [data]"));
    BOOST_TEST(contains(
        case_refusal("network.activation = 'rleu'", &one),
        "case.toml:1:22: key 'network.activation.name': unknown activation 'rleu'; did you mean 'relu'"));
    BOOST_TEST(contains(case_refusal("network.activation = 'swish'", &one), "known names are cosine, erf"));
    BOOST_TEST(
        contains(case_refusal("problem.risk = 'huber'", &one), "unknown risk 'huber'; known names are"));
    BOOST_TEST(contains(case_refusal("network.activation = 'step'", &one),
                        "misses its jump, so that no neuron would"));
    BOOST_TEST(contains(case_refusal("network.activation = 'step'\nnetwork.train = ['input']", &one),
                        "train = [\"output\"]"));
    BOOST_TEST(contains(case_refusal("network.activation = 'tanh'\nnetwork.start = 'balanced'", &one),
                        "'network.start' has no effect here"));
    BOOST_TEST(case_refusal("network.train = ['output']", &two) == "accepted");
    BOOST_TEST(contains(case_refusal("network.train = ['output']\nnetwork.bias = false", &one),
                        "units with 1 input weights"));
    BOOST_TEST(contains(case_refusal("network.train = ['output']", &four), "a sphere without a grid"));
    BOOST_TEST(contains(case_refusal("network.train = []", &one), "expected \"input\", \"output\" or both"));
    BOOST_TEST(contains(case_refusal("network.train = ['inputs']", &one), "did you mean 'input'"));
    BOOST_TEST(contains(case_refusal("network.train = ['output']\nproblem.decay = 0.1", &one),
                        "quadratic in c, not a potential V"));
    BOOST_TEST(contains(case_refusal("network.start = 'random'", &one),
                        "expected one of 'balanced', 'general', found 'random'"));
    BOOST_TEST(contains(case_refusal("network.output = { scale = 2 }", &one),
                        "'network.output' has no effect here"));
    BOOST_TEST(contains(case_refusal("problem.decay = -1", &one), "expected >= 0"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(other_problems)

BOOST_AUTO_TEST_CASE(refusals)
{
    const auto of = [](const std::string& name, const std::string& more) {
        return case_refusal("problem.name = '" + name + "'\n" + more);
    };
    BOOST_TEST(contains(of("potential", "problem.potential = 'wel'"), "did you mean 'well'"));
    BOOST_TEST(contains(of("potential", "problem.potential = { name = 'well', amplitude = 2 }"),
                        "'problem.potential.amplitude' has no effect here"));
    BOOST_TEST(
        contains(of("potential", "problem.potential = { name = 'well', curvature = 0 }"), "expected > 0"));
    BOOST_TEST(contains(of("potential", "network.bias = true"), "'network' has no effect here"));
    BOOST_TEST(contains(of("potential", "problem.initial = 'gaussian'"), "is for a line"));
    BOOST_TEST(contains(of("single-index", "problem.degree = 3"), "expected"));
    BOOST_TEST(contains(of("single-index", "problem.strength = 0"), "expected > 0"));
    BOOST_TEST(contains(of("scalar-langevin", "problem.decay = -0.1"), "expected >= 0"));
}

/// A solution holds for one flow; where the case changes it, nothing is claimed.
BOOST_AUTO_TEST_CASE(nothing_is_known_of_changed_flows)
{
    const auto known = [](const std::string& name, const std::string& more) {
        return make_problem("problem.name = '" + name + "'\n" + more).exact != nullptr;
    };
    const std::set<std::string> without = {"anisotropic-gaussians", "discrepancy",     "harmonics",
                                           "isotropic-gaussians",   "network",         "staircase",
                                           "subspace-norm",         "two-time-scales", "variable-projection"};
    for (const auto& [name, entry] : problems().all()) {
        if (without.count(name) == 0) {
            BOOST_TEST(known(name, ""), name);
            BOOST_TEST(known(name, "time.speed = 3"), name);
            BOOST_TEST(!known(name, "time.speed = { reciprocal = 1 }"), name);
        }
    }
    BOOST_TEST(!known("potential", "problem.temperature = 0.1"));
    BOOST_TEST(known("potential", "problem.potential = 'well'\nproblem.temperature = 0.1"));
    BOOST_TEST(!known("potential",
                      "problem.potential = 'well'\nproblem.temperature = 0.1\nproblem.initial = { law = "
                      "'uniform', from = 0, to = 1 }"));
    BOOST_TEST(
        !known("potential",
               "problem.potential = 'well'\nproblem.temperature = 0.1\nproblem.growth = 'proportional'"));
    BOOST_TEST(!known("quadratic-activation", "problem.temperature = 0.1"));
    BOOST_TEST(!known("quadratic-activation", "problem.growth = 'proportional'"));
    BOOST_TEST(!known("linear-network", "problem.decay = 0.1"));
    BOOST_TEST(!known("linear-network", "problem.growth = 'none'"));
    BOOST_TEST(!known("linear-network", "problem.transport = false"));
    BOOST_TEST(!known("single-index", "problem.temperature = 0.1"));
    BOOST_TEST(!known("single-index", "problem.growth = 'proportional'"));
    BOOST_TEST(!known("scalar-langevin", "problem.initial = { law = 'uniform', from = 0, to = 1 }"));
    BOOST_TEST(!known("scalar-langevin", "problem.growth = 'mean-preserving'"));
}

BOOST_AUTO_TEST_SUITE_END()
