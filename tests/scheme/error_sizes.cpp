// SPDX-License-Identifier: BSD-3-Clause
// What an error of a state on a grid is compared with, and which entries must not be negative.
#include <boost/test/unit_test.hpp>

#include "support/circle.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

BOOST_AUTO_TEST_SUITE(error_sizes)

BOOST_AUTO_TEST_CASE(errors_of_masses_count_against_themselves_and_the_largest)
{
    const Problem problem = test::circle_network("square", Matrix::Identity(2, 2), Field::Ones(2), 0.0);
    const Grid grid = test::kink_grid(problem, 8);
    const auto flux = fluxes().find("upwind").make();
    const GridFlow flow(problem, grid, *flux);
    const Layout& layout = flow.layout();
    Field before = Field::Constant(layout.size(), 1e-20), after = before;
    before[3] = 0.25;
    after[5] = 0.5;
    after[layout.log_mass()] = 40.0;
    const Field sizes = flow.sizes(before, after);
    BOOST_TEST(sizes[3] == 0.75);
    BOOST_TEST(sizes[5] == 1.0);
    BOOST_TEST(sizes[0] == 0.5);
    BOOST_TEST(sizes[layout.log_mass()] == 1.0);
    BOOST_TEST(flow.nonnegative() == layout.masses());
    BOOST_TEST(flow.interacts());
}

BOOST_AUTO_TEST_CASE(signed_densities_may_be_negative)
{
    Problem problem = test::circle_network("square", Matrix::Identity(2, 2), Field::Ones(2), 0.0);
    problem.growth = {Growth::Kind::linear, 1.0};
    const Grid grid = test::kink_grid(problem, 8);
    const auto flux = fluxes().find("upwind").make();
    BOOST_TEST(GridFlow(problem, grid, *flux).nonnegative() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
