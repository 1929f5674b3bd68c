// SPDX-License-Identifier: BSD-3-Clause
// What a stage of a flow on a square of circles costs next to RT, a real transform there and back with
// measured plans, and to a copy loop, in turn, within one run.  Ratios are of the shortest times, and times
// those of the processor: other load of the machine takes a long work away more often than a short one.
//
// stage   prepare and all rates
// step    a third of a step of ssp-rk3 and of what the clock asks before it; `two_threads` is the gain of a
// second
//         thread by the clock on the wall, right on an idle machine only
// sweep   the fluxes alone; `of_copy` is their bandwidth (masses and psi read, rates read and written) over
// that
//         of a copy
// axis    the fluxes along the first, second, third axis alone
#include <benchmark/benchmark.h>
#include <fftw3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <limits>
#include <memory>
#include <numbers>

#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of this thread.
double processor_time()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Work>
double seconds(const Work& work, double (*clock)() = processor_time)
{
    const double start = clock();
    work();
    return clock() - start;
}

/// The shortest time of some work.
struct Shortest {
    double time = std::numeric_limits<double>::infinity();

    template <class Work>
    double operator()(const Work& work, double (*clock)() = processor_time)
    {
        return note(seconds(work, clock));
    }
    double note(double taken)
    {
        time = std::min(time, taken);
        return taken;
    }
};

class MeasuredTransform {
public:
    explicit MeasuredTransform(Index cells)
        : size_(cells * cells),
          values_(fftw_alloc_real(static_cast<std::size_t>(cells * cells))),
          spectrum_(fftw_alloc_complex(static_cast<std::size_t>(cells * (cells / 2 + 1))))
    {
        const int n = static_cast<int>(cells);
        forward_ = fftw_plan_dft_r2c_2d(n, n, values_, spectrum_, FFTW_MEASURE);
        backward_ = fftw_plan_dft_c2r_2d(n, n, spectrum_, values_, FFTW_MEASURE);
    }
    ~MeasuredTransform()
    {
        fftw_destroy_plan(forward_);
        fftw_destroy_plan(backward_);
        fftw_free(values_);
        fftw_free(spectrum_);
    }
    MeasuredTransform(const MeasuredTransform&) = delete;
    MeasuredTransform& operator=(const MeasuredTransform&) = delete;

    double seconds_there_and_back()
    {
        std::fill_n(values_, size_, 1.0);
        return seconds([this] {
            fftw_execute(forward_);
            fftw_execute(backward_);
        });
    }

private:
    Index size_;
    double* values_;
    fftw_complex* spectrum_;
    fftw_plan forward_, backward_;
};

/// exp(-|xi|^2 / 2000).
class Bell : public Kernel {
public:
    double at(const Field& arguments) const override { return std::exp(-arguments.squaredNorm() / 2000.0); }
};

Problem attraction(Index rank)
{
    Problem problem;
    Interaction interaction;
    interaction.kernel = std::make_shared<Bell>();
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

struct Setting {
    explicit Setting(Index rank, Index cells)
        : problem(attraction(rank)),
          grid(torus(rank, cells)),
          scheme(fluxes().find("muscl").make()),
          flow(problem, grid, *scheme),
          first(bump(grid, flow.layout(), 0.0)),
          second(bump(grid, flow.layout(), 0.3)),
          rate(Field::Zero(first.size()))
    {}

    Problem problem;
    Grid grid;
    std::unique_ptr<FluxScheme> scheme;
    GridFlow flow;
    Field first, second, rate;
};

void stage(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index cells = state.range(0);
    MeasuredTransform transform(cells);
    fftw_forget_wisdom();
    Setting in(2, cells);
    Shortest unit, whole;
    for (auto _ : state) {
        const double spent = unit.note(transform.seconds_there_and_back());
        in.first.swap(in.second);
        state.SetIterationTime(spent + whole([&] { in.flow.rate(in.first, in.rate, 0.0); }));
    }
    state.counters["rt_ms"] = 1e3 * unit.time;
    state.counters["stage_ms"] = 1e3 * whole.time;
    state.counters["ratio"] = whole.time / unit.time;
}

void step(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index cells = state.range(0);
    MeasuredTransform transform(cells);
    fftw_forget_wisdom();
    Setting in(2, cells);
    const auto stepper = make_stepper("ssp-rk3");
    Shortest unit, whole, alone, shared;
    const auto work = [&] {
        const double dt = 0.5 * stepper->limit(in.flow, in.first, 0.0);
        stepper->try_step(in.flow, 0.0, dt, in.first, in.second);
    };
    for (auto _ : state) {
        double spent = unit.note(transform.seconds_there_and_back()) + whole(work);
        for (const int threads : {1, 2}) {
            in.first.swap(in.second);
            use_threads(threads);
            spent += (threads == 1 ? alone : shared)(work, now);
            use_threads(1);
        }
        in.first.swap(in.second);
        state.SetIterationTime(spent);
    }
    state.counters["rt_ms"] = 1e3 * unit.time;
    state.counters["third_ms"] = 1e3 * whole.time / 3.0;
    state.counters["ratio"] = whole.time / 3.0 / unit.time;
    state.counters["two_threads"] = alone.time / shared.time;
}

void sweep(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index cells = state.range(0);
    MeasuredTransform transform(cells);
    Setting in(2, cells);
    in.flow.prepare(in.first, 0.0);
    const Field from = in.first;
    Field to = in.first;
    Shortest unit, copy, fluxes;
    for (auto _ : state) {
        double spent = unit.note(transform.seconds_there_and_back());
        spent += copy([&] {
            to = from;
            benchmark::ClobberMemory();
        });
        spent += fluxes([&] { in.flow.parts().front()->add_rate(in.first, in.rate); });
        state.SetIterationTime(spent);
    }
    state.counters["sweep_ms"] = 1e3 * fluxes.time;
    state.counters["copy_ms"] = 1e3 * copy.time;
    state.counters["of_rt"] = fluxes.time / unit.time;
    state.counters["of_copy"] = 2.0 * copy.time / fluxes.time;
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
    Setting in(state.range(0), state.range(1));
    Field flux(faces_at_once);
    std::vector<Shortest> times(static_cast<std::size_t>(in.grid.rank()));
    for (auto _ : state) {
        double spent = 0.0;
        for (std::size_t k = 0; k < times.size(); ++k) {
            spent += times[k]([&] { along(in, static_cast<int>(k), in.second, flux); });
        }
        state.SetIterationTime(spent);
    }
    for (std::size_t k = 0; k < times.size(); ++k) {
        state.counters[std::string(1, "xyz"[k]) + "_ms"] = 1e3 * times[k].time;
    }
    const auto [least, most] = std::minmax_element(
        times.begin(), times.end(), [](const Shortest& a, const Shortest& b) { return a.time < b.time; });
    state.counters["most_over_least"] = most->time / least->time;
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::stage)->ArgName("cells")->Arg(256)->Arg(1024)->Arg(2048)->UseManualTime();
BENCHMARK(widelimit::step)->ArgName("cells")->Arg(256)->Arg(512)->Arg(1024)->Arg(2048)->UseManualTime();
BENCHMARK(widelimit::sweep)->ArgName("cells")->Arg(256)->Arg(1024)->Arg(2048)->UseManualTime();
BENCHMARK(widelimit::axis)
    ->ArgNames({"rank", "cells"})
    ->Args({2, 256})
    ->Args({2, 1024})
    ->Args({3, 64})
    ->Args({3, 128})
    ->UseManualTime();
BENCHMARK_MAIN();
