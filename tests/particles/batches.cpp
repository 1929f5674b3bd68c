// SPDX-License-Identifier: BSD-3-Clause
// Stochastic gradient descent of the particles: psi of a batch.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/circle.hpp"
#include "support/particles.hpp"
#include "support/random.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(batches)

namespace {

struct Network {
    /// `rows`: the problem says what its nodes are, so that steps evaluate those of a batch alone.
    explicit Network(Index batch, bool rows = false)
        : problem(test::circle_network("square", test::some_inputs(), test::some_labels(), 0.1)),
          flow((problem.node_inputs = rows ? test::some_inputs() : Matrix(), problem), signs(), 3, batch),
          state(flow.layout().size())
    {
        flow.layout().points(state).row(0) = test::random_field(12, 0.0, 6.0, 5).transpose();
        flow.layout().log_masses(state).setConstant(-2.0);
    }
    static Field signs()
    {
        Field all = Field::Ones(12);
        all.tail(6).setConstant(-1.0);
        return all;
    }
    Field potential(std::int64_t step)
    {
        flow.begin_step(step);
        flow.prepare(state, 0.0);
        return flow.evaluation().potential;
    }

    Problem problem;
    ParticleFlow flow;
    Field state;
};

}  // namespace

BOOST_AUTO_TEST_CASE(mean_over_steps_is_the_gradient)
{
    Network all(0), some(2);
    const Field exact = all.potential(0);
    Field mean = Field::Zero(12), square = Field::Zero(12);
    const int steps = 20000;
    for (int k = 0; k < steps; ++k) {
        const Field drawn = some.potential(k);
        mean += drawn / steps;
        square += (drawn - exact).cwiseAbs2() / steps;
    }
    BOOST_TEST(square.maxCoeff() > 0.0);
    for (Index j = 0; j < 12; ++j) {
        BOOST_TEST(std::abs(mean[j] - exact[j]) < 4.5 * std::sqrt(square[j] / steps) + 1e-14);
    }
}

BOOST_AUTO_TEST_CASE(variance_goes_like_one_over_the_batch)
{
    Network all(0), one(1), four(4);
    const Field exact = all.potential(0);
    double of_one = 0.0, of_four = 0.0;
    for (int k = 0; k < 4000; ++k) {
        of_one += (one.potential(k) - exact).squaredNorm();
        of_four += (four.potential(k) - exact).squaredNorm();
    }
    BOOST_TEST(of_one / of_four == 4.0, boost::test_tools::tolerance(0.1));
}

BOOST_AUTO_TEST_CASE(a_step_has_one_batch)
{
    Network network(1);
    const Field first = network.potential(7);
    BOOST_TEST((network.potential(7) - first).norm() == 0.0);
    double differs = 0.0;
    for (int k = 8; k < 20; ++k) {
        differs += (network.potential(k) - first).norm();
    }
    BOOST_TEST(differs > 0.0);
}

/// Of the drawn rows alone, as of all rows with those that are not drawn left out.
BOOST_AUTO_TEST_CASE(a_step_evaluates_its_rows)
{
    const Index nodes = test::some_inputs().rows();
    Network all(2), rows(2, true);
    double compared = 0.0;
    for (int k = 0; k < 50; ++k) {
        const Field whole = all.potential(k), part = rows.potential(k);
        BOOST_TEST((whole - part).norm() <= 1e-13 * whole.norm());
        BOOST_TEST((all.flow.evaluation().slope - rows.flow.evaluation().slope).norm() < 1e-14);
        BOOST_TEST((all.flow.evaluation().gradient - rows.flow.evaluation().gradient).norm() < 1e-13);
        compared += rows.flow.evaluation().predictions.cwiseEqual(0.0).count() > nodes / 2 - 1 ? 1.0 : 0.0;
    }
    BOOST_TEST(compared == 50.0);  // the others have no prediction
}

/// The bound on a step is that of all rows, for a risk of constant stiffness.
BOOST_AUTO_TEST_CASE(a_step_with_a_batch_knows_what_is_stable)
{
    Network all(0), rows(2, true);
    all.potential(3);
    rows.potential(3);
    BOOST_TEST(rows.flow.coupling_limit(rows.state) == all.flow.coupling_limit(all.state),
               boost::test_tools::tolerance(1e-13));
}

/// Who looks between steps sees all rows.
BOOST_AUTO_TEST_CASE(looks_between_steps_see_all_rows)
{
    Network all(2), rows(2, true);
    all.potential(3);
    rows.potential(3);
    rows.flow.prepare(rows.state, 0.0);
    BOOST_TEST((all.flow.evaluation().predictions - rows.flow.evaluation().predictions).norm() < 1e-14);
    BOOST_TEST(all.flow.evaluation().objective() == rows.flow.evaluation().objective(),
               boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
