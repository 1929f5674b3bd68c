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
    explicit Network(Index batch)
        : problem(test::circle_network("square", test::some_inputs(), test::some_labels(), 0.1)),
          flow(problem, signs(), 3, batch),
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
