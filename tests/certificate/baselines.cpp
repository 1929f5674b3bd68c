// SPDX-License-Identifier: BSD-3-Clause
// First-order methods over frozen neurons: rates against theory, optima against closed forms.
#include "widelimit/certificate/baselines.hpp"

#include <Eigen/Cholesky>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/random.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(baselines)

namespace {

using test::random_field;

constexpr Index data = 7, neurons = 30;

struct Frozen {
    std::unique_ptr<Risk> risk;
    FrozenNeurons problem;

    Frozen(const std::string& name, double l1, double l2, bool both_signs = true)
    {
        const Settings none(Value::table(), Schema());
        const Field y = random_field(data, -1.0, 1.0, 8);
        const Field targets = name == "square" ? y : Field(y.array().sign());
        risk = risks().find(name).make(none, {random_field(data, 0.1, 0.2, 7), targets});
        problem.risk = risk.get();
        problem.columns = random_field(data * neurons, -0.5, 0.5, 9).reshaped(data, neurons);
        problem.l1 = l1;
        problem.l2 = l2;
        problem.both_signs = both_signs;
    }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_least_of_a_ridge_is_that_of_its_normal_equations)
{
    const Frozen frozen("square", 0.0, 0.05);
    const FrozenNeurons& p = frozen.problem;
    const Field &v = p.risk->nodes().weights, &y = p.risk->nodes().targets;
    Matrix normal = p.columns.transpose() * v.asDiagonal() * p.columns;
    normal.diagonal().array() += p.l2;
    const Field w = normal.ldlt().solve(p.columns.transpose() * v.cwiseProduct(y));
    BOOST_TEST(std::abs(p.least() - p.objective(w)) < 1e-15);
}

/// No small change of the weights of any method's end does better.
BOOST_AUTO_TEST_CASE(every_method_with_a_linear_rate_reaches_the_least_value)
{
    for (const char* risk : {"square", "logistic"}) {
        for (const bool both_signs : {true, false}) {
            const Frozen frozen(risk, 0.01, 0.05, both_signs);
            for (const char* method : {"gradient", "sag", "saga"}) {
                const Baseline found = run_baseline(method, frozen.problem, frozen.problem.least(), 5000, 1);
                BOOST_TEST_CONTEXT(risk << " " << method)
                {
                    BOOST_TEST(found.gaps.minCoeff() > -1e-14);
                    BOOST_TEST(found.gaps[5000] < 1e-12);
                    BOOST_TEST(found.promised < 1.0);
                    BOOST_TEST(found.observed <= found.promised);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(sgd_and_mirror_descent_fall_without_a_linear_rate)
{
    const Frozen frozen("square", 0.02, 0.0);
    const Baseline mirror = run_baseline("mirror", frozen.problem, frozen.problem.least(), 3000, 1);
    BOOST_TEST(mirror.promised == 1.0);
    for (Index k = 1; k < mirror.gaps.size(); ++k) {
        BOOST_TEST(mirror.gaps[k] <= mirror.gaps[k - 1] + 1e-14);
    }
    BOOST_TEST(mirror.gaps[3000] < 1e-6);
    BOOST_TEST(mirror.gaps[3000] > -1e-14);
    const Frozen ridge("square", 0.0, 0.05);
    const Baseline sgd = run_baseline("sgd", ridge.problem, ridge.problem.least(), 4000, 1);
    BOOST_TEST(sgd.gaps[4000] < 0.1 * sgd.gaps[100]);
    BOOST_TEST((sgd.gaps == run_baseline("sgd", ridge.problem, ridge.problem.least(), 4000, 1).gaps));
    BOOST_TEST((sgd.gaps != run_baseline("sgd", ridge.problem, ridge.problem.least(), 4000, 2).gaps));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
