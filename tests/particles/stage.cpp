// SPDX-License-Identifier: BSD-3-Clause
// A stage in one loop against the rates of the parts, added and mixed one by one.
#include <boost/test/unit_test.hpp>

#include "support/particles.hpp"
#include "support/random.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(particle_stage)

namespace {

Field state_of(const ParticleLayout& layout, unsigned seed)
{
    Field state = test::random_field(layout.size(), -1.0, 1.0, seed);
    layout.log_masses(state).array() -= 5.0;
    return state;
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_that_of_the_parts)
{
    for (const Amplitude amplitude : {Amplitude::signs, Amplitude::axis}) {
        for (const auto growth :
             {Growth::Kind::none, Growth::Kind::proportional, Growth::Kind::mean_preserving}) {
            Problem problem = test::plane_network(test::any_activation("tanh"), amplitude);
            problem.growth = {growth, 1.5};
            problem.speed = 1.25;
            const Field signs = test::random_field(1500, -1.0, 1.0, 3).array().sign().matrix();
            ParticleFlow flow(problem, signs);
            const Field state = state_of(flow.layout(), 1), start = state_of(flow.layout(), 2);
            for (const double share : {0.0, 0.75}) {
                Field out, expected;
                flow.stage(state, 0.5, 0.1, start, share, out);
                static_cast<Flow&>(flow).Flow::stage(state, 0.5, 0.1, start, share, expected);
                BOOST_TEST((out - expected).cwiseAbs().maxCoeff() <= 1e-14);
                BOOST_TEST((out - state).cwiseAbs().maxCoeff() > 1e-3);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
