// SPDX-License-Identifier: BSD-3-Clause
// What a stage of a flow on a torus costs next to RT (benchmarks/machine.hpp), and its fluxes next to a copy.
//
// stage   potential and fluxes of one stage of `muscl` mixed with the start of the step: `ratio` in RT
// growth  a step with growth of the masses over one without: `ratio`; `two_threads` as below
// step    a third of a step of ssp-rk3 with all that the clock asks before it, likewise; `two_threads` is the
//         gain of a second thread by the clock on the wall in steps that follow each other, right on an idle
//         machine only
// sweep   the fluxes alone: `of_copy` is their bandwidth (masses, psi and start read, masses written: 32
//         bytes a cell) over that of a copy
// axis    the fluxes along the first, second, third axis alone, face by face
// planned 0: guessed plans, the default; 1: measured ones
#include <algorithm>
#include <memory>
#include <numbers>

#include "machine.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

/// exp(-|xi|^2 / 2000).
class Bell : public Kernel {
public:
    double at(const Field& arguments) const override { return std::exp(-arguments.squaredNorm() / 2000.0); }
};

/// A potential that stands still.
class Wave : public ScalarField {
public:
    Field value(const Matrix& points) const override
    {
        return (2.0 * std::numbers::pi * points).array().sin().colwise().sum().transpose();
    }
    Matrix slope(const Matrix& points) const override
    {
        return 2.0 * std::numbers::pi * (2.0 * std::numbers::pi * points).array().cos();
    }
};

Problem attraction(Index rank, Precision precision)
{
    Problem problem;
    Interaction interaction;
    interaction.kernel = std::make_shared<Bell>();
    interaction.precision = precision;
    for (Index k = 0; k < rank; ++k) {
        problem.coordinates.push_back({std::string(1, "xyz"[k]), "place", true, 0.0, 1.0});
        problem.initial.laws.push_back(make_uniform(0.0, 1.0, true));
        interaction.on.push_back(k);
    }
    problem.interaction = std::make_shared<Interaction>(std::move(interaction));
    return problem;
}

Grid torus(Index rank, Index cells)
{
    std::vector<Axis> axes(static_cast<std::size_t>(rank));
    for (std::size_t k = 0; k < axes.size(); ++k) {
        axes[k].name = std::string(1, "xyz"[k]);
        axes[k].cells = cells;
        axes[k].low = axes[k].high = Side::periodic;
    }
    return make_grid(axes);
}

/// A bump whose slopes are nowhere zero for long, of mass one.
Field bump(const Grid& grid, const Layout& layout, double place)
{
    Field state = Field::Zero(layout.size());
    for (Index cell = 0; cell < grid.cells(); ++cell) {
        double product = 1.0;
        for (Index k = 0; k < grid.rank(); ++k) {
            product *= 1.1 + std::sin(2.0 * std::numbers::pi * (grid.coordinates()(k, cell) - place));
        }
        state[cell] = product;
    }
    layout.measure(state) /= layout.measure(state).sum();
    return state;
}

/// What the transforms of a flow take from now on.
struct Plans {
    explicit Plans(bool measured) { use_plans(measured ? Planning::measured : Planning::guessed); }
    ~Plans() { use_plans(Planning::guessed); }
    Plans(const Plans&) = delete;
    Plans& operator=(const Plans&) = delete;
};

struct Setting {
    Setting(Index rank, Index cells, bool measured, Precision precision = Precision::full)
        : plans(measured),
          problem(attraction(rank, precision)),
          grid(torus(rank, cells)),
          scheme(fluxes().find("muscl").make()),
          flow(problem, grid, *scheme),
          first(bump(grid, flow.layout(), 0.0)),
          second(bump(grid, flow.layout(), 0.3)),
          out(first)
    {}

    /// As within a step: the states change, and none has been seen before.
    void stage()
    {
        flow.stage(first, 0.0, 1e-9, second, 0.75, out);
        first.swap(out);
    }

    Plans plans;
    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme;
    GridFlow flow;
    Field first, second, out;
};

std::vector<int> shape(Index rank, Index cells)
{
    return std::vector<int>(static_cast<std::size_t>(rank), static_cast<int>(cells));
}

void stage(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index rank = state.range(0), cells = state.range(1);
    RoundTrip unit(shape(rank, cells));
    fftw_forget_wisdom();
    Setting in(rank, cells, state.range(2) != 0);
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs(unit, [&] { in.stage(); }));
    }
    state.counters["rt_ms"] = pairs.unit_ms();
    state.counters["stage_ms"] = pairs.work_ms();
    state.counters["ratio"] = pairs.ratio();
}

/// A stage with the potential in single precision over one in double, both with the same kind of plans.
void single(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index rank = state.range(0), cells = state.range(1);
    Setting in(rank, cells, state.range(2) != 0), half(rank, cells, state.range(2) != 0, Precision::single);
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs([&] { half.stage(); }, [&] { in.stage(); }));
    }
    state.counters["gain"] = pairs.ratio();
}

/// Of a step by the clock on the wall, the median of several.  What one core worked on last comes slowly to
/// another, which a run sees once: a step with as many threads goes ahead of those that count.
template <class Work>
double gain_of_two_threads(Index cells, const Work& step)
{
    const Index steps = std::max<Index>(1, (Index{1} << 20) / cells);
    const auto time = [&](int threads) {
        use_threads(threads);
        step();
        const auto all = [&] {
            for (Index k = 0; k < steps; ++k) {
                step();
            }
        };
        return seconds(all, wall_time);
    };
    std::vector<double> gains;
    for (int sample = 0; sample < 15; ++sample) {
        const double two = time(2), one = time(1);
        gains.push_back(one / two);
    }
    return median(gains);
}

void step(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index rank = state.range(0), cells = state.range(1);
    RoundTrip unit(shape(rank, cells));
    fftw_forget_wisdom();
    Setting in(rank, cells, state.range(2) != 0);
    const auto stepper = make_stepper("ssp-rk3");
    const auto work = [&] {
        const double dt = 0.5 * stepper->limit(in.flow, in.first, 0.0);
        stepper->try_step(in.flow, 0.0, dt, in.first, in.second);
        in.first.swap(in.second);
    };
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs(unit, work));
    }
    state.counters["rt_ms"] = pairs.unit_ms();
    state.counters["third_ms"] = pairs.work_ms() / 3.0;
    state.counters["ratio"] = pairs.ratio() / 3.0;
    state.counters["two_threads"] = gain_of_two_threads(in.grid.cells(), work);
}

void growth(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index rank = state.range(0), cells = state.range(1);
    Setting plain(rank, cells, false), in(rank, cells, false);
    in.problem.growth = {state.range(2) != 0 ? Growth::Kind::mean_preserving : Growth::Kind::proportional,
                         1.0};
    GridFlow flow(in.problem, in.grid, *in.scheme);
    const auto stepper = make_stepper("ssp-rk3");
    const auto step = [&](GridFlow& of, Setting& with) {
        const double dt = 0.5 * stepper->limit(of, with.first, 0.0);
        stepper->try_step(of, 0.0, dt, with.first, with.second);
        of.tidy(with.second);
        with.first.swap(with.second);
    };
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs([&] { step(plain.flow, plain); }, [&] { step(flow, in); }));
    }
    state.counters["ratio"] = pairs.ratio();
    state.counters["two_threads"] = gain_of_two_threads(in.grid.cells(), [&] { step(flow, in); });
}

/// Of a flow whose potential stands still, so that nothing but the sweep is left of a stage.
void sweep(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index rank = state.range(0), cells = state.range(1);
    Setting in(rank, cells, false);
    in.problem.interaction = nullptr;
    in.problem.confinement = std::make_shared<Wave>();
    const auto scheme = fluxes().find(state.range(2) != 0 ? "muscl" : "upwind").make();
    GridFlow flow(in.problem, in.grid, *scheme);
    flow.prepare(in.first, 0.0);
    Copy copy(in.grid.cells());
    Paired pairs;
    const auto work = [&] { flow.stage(in.first, 0.0, 1e-9, in.second, 0.75, in.out); };
    for (auto _ : state) {
        state.SetIterationTime(pairs([&] { copy(); }, work));
    }
    state.counters["ns_per_cell"] = 1e6 * pairs.work_ms() / static_cast<double>(in.grid.cells());
    state.counters["copy_ms"] = pairs.unit_ms();
    state.counters["of_copy"] = 2.0 / pairs.ratio();
}

/// The fluxes along one axis, tile by tile as a flow does.
void along(const Setting& in, int axis, const Field& psi, Field& flux)
{
    const FluxInput input{in.first.data(), 1.0, psi.data(), nullptr, 1.0, 0.0};
    for (const Tile& tile : in.flow.stencils().tiles()) {
        for_each_part(tile, [&](const FaceRow& row, FaceRange, FaceRange) {
            if (row.direction == axis) {
                in.scheme->sweep(in.flow.stencils(), row, input, flux.data());
                row.close_gaps(flux.data());
            }
        });
    }
}

void axis(benchmark::State& state)
{
    const FlushDenormals flush;
    Setting in(state.range(0), state.range(1), false);
    Field flux(faces_at_once);
    std::vector<std::vector<double>> times(static_cast<std::size_t>(in.grid.rank()));
    for (auto _ : state) {
        double spent = 0.0;
        for (std::size_t k = 0; k < times.size(); ++k) {
            times[k].push_back(seconds([&] { along(in, static_cast<int>(k), in.second, flux); }));
            spent += times[k].back();
        }
        state.SetIterationTime(spent);
    }
    double least = 1e9, most = 0.0;
    for (std::size_t k = 0; k < times.size(); ++k) {
        const double time = median(times[k]);
        state.counters[std::string(1, "xyz"[k]) + "_ms"] = 1e3 * time;
        least = std::min(least, time);
        most = std::max(most, time);
    }
    state.counters["most_over_least"] = most / least;
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::stage)
    ->ArgNames({"rank", "cells", "planned"})
    ->ArgsProduct({{2}, {256, 512, 1024, 2048}, {0, 1}})
    ->ArgsProduct({{3}, {64, 128, 256}, {0, 1}})
    ->MinTime(2.0)
    ->UseManualTime();
BENCHMARK(widelimit::single)
    ->ArgNames({"rank", "cells", "planned"})
    ->ArgsProduct({{2}, {256, 1024, 2048}, {0, 1}})
    ->ArgsProduct({{3}, {128}, {0, 1}})
    ->UseManualTime();
BENCHMARK(widelimit::step)
    ->ArgNames({"rank", "cells", "planned"})
    ->ArgsProduct({{2}, {256, 512, 1024, 2048}, {0, 1}})
    ->ArgsProduct({{3}, {128}, {0}})
    ->UseManualTime();
BENCHMARK(widelimit::growth)
    ->ArgNames({"rank", "cells", "mean_preserving"})
    ->ArgsProduct({{2}, {256, 512, 1024}, {0, 1}})
    ->UseManualTime();
BENCHMARK(widelimit::sweep)
    ->ArgNames({"rank", "cells", "muscl"})
    ->ArgsProduct({{1}, {10000000}, {0, 1}})
    ->ArgsProduct({{2}, {256, 1024, 2048}, {0, 1}})
    ->ArgsProduct({{3}, {128}, {0, 1}})
    ->UseManualTime();
BENCHMARK(widelimit::axis)
    ->ArgNames({"rank", "cells"})
    ->Args({2, 256})
    ->Args({2, 1024})
    ->Args({3, 64})
    ->Args({3, 128})
    ->UseManualTime();
BENCHMARK_MAIN();
