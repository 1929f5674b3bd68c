// SPDX-License-Identifier: BSD-3-Clause
// Sums over the cells in vectors and blocks against the plain ones.
#include <boost/test/unit_test.hpp>

#include <cmath>

#include "support/random.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/energy/free_energy.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(entropy)

namespace {

/// Of cells of different widths on [-1, 2], noise of temperature 1.
Problem noise()
{
    Problem problem;
    problem.coordinates.push_back({"x", "place", false, 0.0, 0.0});
    problem.initial.laws.push_back(make_uniform(-1.0, 2.0, false));
    problem.temperature = 1.0;
    return problem;
}

Grid line(Index cells)
{
    Axis axis;
    axis.name = "x";
    axis.from = -1.0;
    axis.to = 2.0;
    axis.cells = cells;
    return make_grid({axis});
}

double entropy_of(const Field& masses, const Grid& grid)
{
    long double sum = 0.0L;
    for (Index i = 0; i < grid.cells(); ++i) {
        const long double p = masses[i];
        sum += p > 0.0L ? p * std::log(p / grid.volumes()[i]) : 0.0L;
    }
    return static_cast<double>(sum);
}

}  // namespace

/// Some masses are next to nothing, some are none.
BOOST_AUTO_TEST_CASE(is_that_of_a_plain_sum)
{
    const Problem problem = noise();
    for (const Index cells : {2, 7, 8, 100, 5000, 40001}) {
        const Grid grid = line(cells);
        const FreeEnergy energy(problem, grid);
        Field state = Field::Zero(cells + 1);
        state.head(cells) = test::random_field(cells, 0.01, 1.0, static_cast<unsigned>(cells));
        for (Index i = 0; i + 1 < cells; i += 5) {
            state[i] = i % 2 == 0 ? 0.0 : 1e-300;
        }
        FreeEnergy::Evaluation at;
        energy.evaluate(state, 0.0, at);
        const double expected = entropy_of(state.head(cells), grid);
        BOOST_TEST(std::abs(at.entropy - expected) <= 1e-14 * (1.0 + std::abs(expected)), cells << " cells");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
