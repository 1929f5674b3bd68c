// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/measure_statistics.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

#include "support/particles.hpp"
#include "support/random.hpp"

using namespace widelimit;
using namespace widelimit::test;

BOOST_AUTO_TEST_SUITE(measure_statistics)

namespace {

Axis interval(const std::string& name, Index cells)
{
    Axis axis;
    axis.name = name;
    axis.from = -1.0;
    axis.to = 1.0;
    axis.cells = cells;
    return axis;
}

/// A neuron at the centre of every cell with its mass: the same measure.
NetworkResult network_of(const Grid& grid, const Layout& layout, const Field& state)
{
    NetworkResult network;
    const Index cells = layout.cells;
    network.coordinates.resize(grid.rank(), layout.channels * cells);
    network.masses.resize(layout.channels * cells);
    network.signs = Field::Ones(layout.channels * cells);
    for (Index c = 0; c < layout.channels; ++c) {
        network.coordinates.middleCols(c * cells, cells) = grid.coordinates().leftCols(cells);
        network.masses.segment(c * cells, cells) =
            std::exp(state[layout.log_mass()]) * layout.channel(state, c).head(cells);
        if (c == 1) {
            network.signs.tail(cells).setConstant(-1.0);
        }
    }
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(bins_are_groups_of_cells)
{
    const Grid grid = make_grid({interval("x", 64)});
    const Layout layout{64, 0, 2};
    const Histogram histogram(grid, layout);
    BOOST_TEST(histogram.size() == 64);
    Matrix points(1, 5);
    points << -0.99, -5.0, 0.99, 0.01, 7.0;
    const Field masses = Field::LinSpaced(5, 1.0, 5.0);
    Field signs = Field::Ones(5);
    signs[4] = -1.0;
    const Field found = histogram.of_neurons(points, masses, signs);
    BOOST_TEST(found[0] == 3.0);   // what lies beyond the end counts there
    BOOST_TEST(found[16] == 4.0);  // two cells a bin
    BOOST_TEST(found[31] == 3.0);
    BOOST_TEST(found[63] == 5.0);  // the other sign
    BOOST_TEST(found.sum() == 15.0);
}

BOOST_AUTO_TEST_CASE(few_cells_have_a_bin_each)
{
    const Grid grid = make_grid({interval("x", 6), interval("y", 5), interval("z", 30)});
    const Layout layout{900, 0, 1};
    const Histogram histogram(grid, layout);
    BOOST_TEST(histogram.size() == 6 * 5 * 8);
    Field state = random_field(layout.size(), 0.0, 1.0, 1);
    state[layout.log_mass()] = std::log(3.0);
    const Field bins = histogram.of_state(state);
    BOOST_TEST(bins.sum() == 3.0 * layout.measure(state).sum(), boost::test_tools::tolerance(1e-13));
    const NetworkResult network = network_of(grid, layout, state);
    BOOST_TEST((histogram.of_neurons(network.coordinates, network.masses, network.signs) - bins).norm() <
               1e-13);
}

/// Neurons at the centres of cells are the measure on the grid; moved by d they are not, by as much.
BOOST_AUTO_TEST_CASE(differences_of_the_same_measure)
{
    for (const Amplitude amplitude : {Amplitude::signs, Amplitude::axis}) {
        const Problem problem = plane_network(any_activation("tanh"), amplitude);
        std::vector<Axis> axes;
        for (const Coordinate& coordinate : problem.coordinates) {
            axes.push_back(interval(coordinate.name, 9));
        }
        const Grid grid = make_grid(axes);
        const auto scheme = fluxes().find("muscl").make();
        GridFlow flow(problem, grid, *scheme);
        Field state = random_field(flow.layout().size(), 0.0, 1.0, 2);
        flow.layout().measure(state) /= flow.layout().measure(state).sum();
        state[flow.layout().log_mass()] = 0.0;
        flow.prepare(state, 0.0);
        NetworkResult same = network_of(grid, flow.layout(), state), moved = same;
        same.objective = Field::Constant(1, flow.evaluation().objective());
        moved.objective = Field::Constant(3, flow.evaluation().objective() + 0.5);
        moved.coordinates.row(0).array() += 0.01;
        const MeasureDifferences found = measure_differences({flow, state, 0.0}, {same, moved});
        const auto rank = static_cast<Index>(problem.coordinates.size());
        const bool exact = amplitude == Amplitude::signs;  // 81 cells a sign; 729 with an axis
        BOOST_TEST(found.values.cols() == 2 * rank + (exact ? 5 : 4));
        BOOST_TEST((found.names[0] == "mean." + problem.coordinates[0].name && found.names.back() == "mmd"));
        BOOST_TEST(found.values.row(0).cwiseAbs().maxCoeff() < 1e-13);
        BOOST_TEST(found.values(1, 0) == 0.01, boost::test_tools::tolerance(1e-10));
        BOOST_TEST(found.values.row(1).segment(1, 2 * rank - 1).cwiseAbs().maxCoeff() < 1e-13);
        BOOST_TEST(found.values(1, 2 * rank) == 0.5, boost::test_tools::tolerance(1e-13));
        if (exact) {
            BOOST_TEST(found.values(1, 2 * rank + 2) == 0.01, boost::test_tools::tolerance(1e-9));
            BOOST_TEST(found.values(1, 2 * rank + 3) == 0.01, boost::test_tools::tolerance(1e-9));
        } else {  // the mean over 64 random directions
            BOOST_TEST(found.values(1, 2 * rank + 2) == 0.01 / std::sqrt(3.0),
                       boost::test_tools::tolerance(0.15));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
