// SPDX-License-Identifier: BSD-3-Clause
// Fluxes where cells differ, next to a copy: a stage mixed with the start of its step, for a potential that
// stands still. `of_copy` is the bandwidth that it would have with masses, psi and start read and masses
// written (32 bytes a cell) over that of a copy; the geometry of faces comes on top.
//
// circle: a point cell at every thousandth cell; arcs between two of them have cells of their own width
//
// sphere: 10 subdivision^2 + 2 cells
#include <memory>
#include <numbers>

#include "machine.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {
namespace {

/// sin of three times the first coordinate.
class Wave : public ScalarField {
public:
    Field value(const Matrix& points) const override
    {
        return (3.0 * points.row(0)).array().sin().transpose();
    }
    Matrix slope(const Matrix& points) const override
    {
        Matrix slope = Matrix::Zero(points.rows(), points.cols());
        slope.row(0) = 3.0 * (3.0 * points.row(0)).array().cos();
        return slope;
    }
};

Grid kinked_circle(Index cells)
{
    Axis axis;
    axis.name = "angle";
    axis.to = 2.0 * std::numbers::pi;
    axis.cells = cells;
    axis.low = axis.high = Side::periodic;
    for (Index k = 0; k < cells / 1000; ++k) {
        const double place = static_cast<double>(k) + 0.2 * std::sin(static_cast<double>(k));
        axis.points.push_back(axis.to * place / static_cast<double>(cells / 1000));
    }
    return make_grid({axis});
}

Problem drift(bool sphere)
{
    Problem problem;
    problem.confinement = std::make_shared<Wave>();
    if (sphere) {
        problem.coordinates = {{"x", "direction"}, {"y", "direction"}, {"z", "direction"}};
        for (Coordinate& coordinate : problem.coordinates) {
            coordinate.sphere = true;
        }
        problem.sphere = Sphere::directions;
    } else {
        problem.coordinates.push_back({"angle", "angle", true, 0.0, 2.0 * std::numbers::pi});
    }
    return problem;
}

void sweep(benchmark::State& state, const Problem& problem, const Grid& grid, bool muscl)
{
    const FlushDenormals flush;
    const auto scheme = fluxes().find(muscl ? "muscl" : "upwind").make();
    GridFlow flow(problem, grid, *scheme);
    Field first = Field::Zero(flow.layout().size()), out = first;
    const auto x = grid.coordinates().row(0).head(grid.cells()).array();
    first.head(grid.cells()) = (1.1 + (5.0 * x).sin()).transpose().matrix();
    flow.layout().measure(first) /= flow.layout().measure(first).sum();
    const Field start = first;
    flow.prepare(first, 0.0);
    Copy copy(grid.cells());
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(
            pairs([&] { copy(); }, [&] { flow.stage(first, 0.0, 1e-9, start, 0.75, out); }));
    }
    state.counters["ns_per_cell"] = 1e6 * pairs.work_ms() / static_cast<double>(grid.cells());
    state.counters["of_copy"] = 2.0 / pairs.ratio();
}

void circle(benchmark::State& state)
{
    sweep(state, drift(false), kinked_circle(state.range(0)), state.range(1) != 0);
}

void sphere(benchmark::State& state)
{
    sweep(state, drift(true), make_sphere(state.range(0)), state.range(1) != 0);
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::circle)
    ->ArgNames({"cells", "muscl"})
    ->ArgsProduct({{10000, 1000000}, {0, 1}})
    ->UseManualTime();
BENCHMARK(widelimit::sphere)
    ->ArgNames({"subdivision", "muscl"})
    ->ArgsProduct({{32, 128}, {0, 1}})
    ->UseManualTime();
BENCHMARK_MAIN();
