// SPDX-License-Identifier: BSD-3-Clause
// Trainings of weights: the gate's contraction, gradients of deep linear models, steepest directions,
// restarts.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "support/whole_run.hpp"
#include "widelimit/io/series.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(descents_of_weights)

namespace {

namespace tt = boost::test_tools;

Case case_of(const std::string& descent, const std::string& more = "")
{
    return Case(parse_toml("[descent]\n" + descent + "[time]\nend = 40\n" + more, "case.toml"), "case");
}

const std::string labels =
    "[data]\nrows = [[2.0, 1.0, 0.5, -1.0, 1], [0.5, 2.0, -1.0, 1.0, 1], [-1.0, 0.5, -2.0, -0.5, -1]]\n";

double number(const Descent& descent, const Field& weights, const std::string& name)
{
    const std::vector<std::string> names = descent.names();
    const auto place = std::find(names.begin(), names.end(), name) - names.begin();
    BOOST_REQUIRE(place < static_cast<Index>(names.size()));
    return descent.measure(weights)[place];
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_gate_contracts_by_its_exact_factor)
{
    for (const auto& [d, b, rate] : {std::tuple{4, 1, 0.15}, std::tuple{10, 5, 0.4}}) {
        const Case c = case_of("name = \"relu-gate\"\ntest = 60000\ndimension = " + std::to_string(d) +
                               "\nbatch = " + std::to_string(b) + "\nrate = " + std::to_string(rate) + "\n");
        Field weights = 0.3 * Field::Ones(d);
        weights[0] = -0.4;
        const double factor = 1.0 - rate + rate * rate * ((d + 2.0) / (2.0 * b) + (b - 1.0) / (4.0 * b));
        BOOST_TEST(number(*c.descent, weights, "contraction") == factor, tt::tolerance(0.01));
        BOOST_TEST(number(*c.descent, weights, "error") == (d - 1) * 0.09 + 1.96, tt::tolerance(1e-12));
    }
}

BOOST_AUTO_TEST_CASE(steps_are_down_the_gradient_of_the_risk)
{
    for (const char* architecture : {"fully-connected", "diagonal", "convolutional"}) {
        for (const int depth : {1, 2, 3}) {
            const double tiny = 1e-6;
            const Case c = case_of(std::string("name = \"linear-model\"\nrisk = \"square\"\nstart = 0.7\n"
                                               "rate = 1e-6\npower = 0\narchitecture = \"") +
                                       architecture + "\"\ndepth = " + std::to_string(depth) + "\n",
                                   labels);
            const Field weights = c.descent->start(3);
            Field moved = weights;
            c.descent->advance(moved, 3, 0);
            const Field gradient = (weights - moved) / tiny;
            for (const Index i : {Index{0}, weights.size() / 2, weights.size() - 1}) {
                Field more = weights, less = weights;
                more[i] += 1e-5;
                less[i] -= 1e-5;
                const double difference =
                    (number(*c.descent, more, "risk") - number(*c.descent, less, "risk")) / 2e-5;
                BOOST_TEST(std::abs(difference - gradient[i]) < 1e-7 * gradient.norm());
            }
        }
    }
}

/// argmin of g . v + |v|_p^2 / 2: |v|_p = |g|_q and g . v = -|g|_q^2, 1 / p + 1 / q = 1.
BOOST_AUTO_TEST_CASE(steepest_directions_are_dual)
{
    const auto step = [](const std::string& norm) {
        const Case c = case_of(
            "name = \"linear-model\"\nrisk = \"square\"\nrate = 1.0\npower = 0\nnorm = " + norm + "\n",
            labels);
        Field weights = Field::Zero(4);
        c.descent->advance(weights, 1, 0);
        return weights;
    };
    const Field g = -step("2.0");
    BOOST_TEST((step("1.0").array() != 0.0).count() == 1);
    BOOST_TEST(step("1.0").cwiseAbs().maxCoeff() == g.cwiseAbs().maxCoeff(), tt::tolerance(1e-14));
    BOOST_TEST((step("\"max\"").cwiseAbs().array() - g.cwiseAbs().sum()).abs().maxCoeff() < 1e-12);
    const Field v = step("1.5");
    const double dual = std::cbrt(g.cwiseAbs().array().cube().sum());
    BOOST_TEST(-g.dot(v) == dual * dual, tt::tolerance(1e-12));
    BOOST_TEST(std::pow(v.cwiseAbs().array().pow(1.5).sum(), 1.0 / 1.5) == dual, tt::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_later_end_continues_with_the_same_bits)
{
    const Scratch folder;
    const std::string gate = "name = \"relu-gate\"\nseeds = 3\nprobability = 0.2\nsize = 0.1\n";
    const std::string rows = "[output]\nseries = { every = 7 }\n";
    const auto run = [&](const std::string& where, bool restart, const std::string& end) {
        const Case c = test::make_case("[descent]\n" + gate + "[time]\nend = " + end + "\n" + rows);
        return test::run(c, folder / where, restart);
    };
    run("whole", false, "40");
    run("parts", false, "21");
    const Outcome continued = run("parts", true, "40");
    BOOST_TEST(continued.summary.status == "done");
    const Series whole = read_series(folder / "whole/series.csv");
    const Series parts = read_series(folder / "parts/series.csv");
    BOOST_TEST((whole.names == parts.names));
    BOOST_TEST(
        (whole.columns.array() == parts.columns.array() ||
         (whole.columns.array() != whole.columns.array() && parts.columns.array() != parts.columns.array()))
            .all());
    const auto column = [&](const std::string& name) { return whole.columns.col(whole.column(name)); };
    BOOST_TEST(
        column("error")[3] == (column("error.1")[3] + column("error.2")[3] + column("error.3")[3]) / 3.0,
        tt::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(what_has_no_meaning_is_refused)
{
    const auto says = [](const std::string& descent, const std::string& more, const std::string& part) {
        return refusal([&] { case_of(descent, more); }).find(part) != std::string::npos;
    };
    const std::string gate = "name = \"relu-gate\"\n", model = "name = \"linear-model\"\n";
    BOOST_TEST(says("name = \"gate\"\n", "", "relu-gate"));
    BOOST_TEST(says(gate, "[problem]\nname = \"heat\"\n", "flow of a measure"));
    BOOST_TEST(says(gate, "[[claim]]\nmetric = \"eror\"\nbelow = 1\n", "error"));
    BOOST_TEST(says(gate, "[output]\nseries = { of = [\"mass\"] }\n", "all numbers"));
    BOOST_TEST(says(model, "", "[data]"));
    BOOST_TEST(says(model + "depth = 2\nnorm = 1\n", labels, "single layer"));
    BOOST_TEST(says(model + "norm = 0.5\n", labels, "at least 1"));
    BOOST_TEST(says(model + "depth = 2\nstart = 0\n", labels, "stay there"));
    BOOST_TEST(says(model, "[data]\nrows = [[1.0, 2.0], [2.0, 3.0]]\n", "-1 and +1"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
