// SPDX-License-Identifier: BSD-3-Clause
// What a second thread gains: some steps with one and with two threads in turn, within one run, the first of
// which does not count: what one core worked on last comes slowly to another.  `ratio` is the shortest time
// of one thread over the shortest of two: other load of the machine only ever adds to times.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/core/memory.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/run/ensemble.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

/// As the program does when it starts.
const bool keeps_memory = (keep_freed_memory(), true);

/// Of 133 points, as many as the motorcycle data have, on the line.
Matrix places()
{
    Matrix inputs = Matrix::Ones(133, 2);
    inputs.col(0) = Field::LinSpaced(133, -1.7, 2.0);
    return inputs;
}

std::shared_ptr<Risk> square_risk(const Matrix& inputs)
{
    const Settings none(Value::table(), Schema());
    const Field targets = (3.0 * inputs.col(0)).array().sin();
    const double share = 1.0 / static_cast<double>(inputs.rows());
    return risks().find("square").make(none, {Field::Constant(inputs.rows(), share), targets});
}

/// Balanced ReLU network on two circles.
Problem regression()
{
    const Settings none(Value::table(), Schema());
    const double turn = 2.0 * std::numbers::pi;
    const Matrix inputs = places();
    Problem problem;
    problem.coordinates = {{"angle", "direction of the input weights", true, 0.0, turn}};
    problem.amplitude = Amplitude::signs;
    const std::shared_ptr<const Activation> relu = activations().find("relu").make(none);
    problem.features = make_ridge(relu, inputs, Chart::circle);
    problem.risk = square_risk(inputs);
    problem.confinement = constant_field(5e-3);
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.initial.laws = {make_uniform(0.0, turn, true)};
    return problem;
}

/// ReLU network with three input weights a neuron, which goes through boxes of directions.
Problem plane_regression()
{
    Matrix inputs = Matrix::Random(133, 3);
    inputs.rightCols(1).setOnes();
    Problem problem;
    for (const std::string name : {"u", "v", "bias"}) {
        problem.coordinates.push_back({name, "weight", false, -1.0, 1.0});
        problem.initial.laws.push_back(make_uniform(-1.0, 1.0, false));
    }
    problem.amplitude = Amplitude::signs;
    const Settings none(Value::table(), Schema());
    problem.features = make_ridge(activations().find("relu").make(none), inputs, Chart::linear);
    problem.risk = square_risk(inputs);
    return problem;
}

/// Tanh network with slope, bias and weight of each unit free: every unit meets every row.
Problem smooth_regression()
{
    const Settings none(Value::table(), Schema());
    const Matrix inputs = places();
    Problem problem;
    for (const std::string name : {"weight", "slope", "bias"}) {
        problem.coordinates.push_back({name, "weight", false, -2.0, 2.0});
        problem.initial.laws.push_back(make_uniform(-2.0, 2.0, false));
    }
    problem.amplitude = Amplitude::axis;
    problem.features = make_ridge(activations().find("tanh").make(none), inputs, Chart::linear);
    problem.risk = square_risk(inputs);
    return problem;
}

Grid circle(const Problem& problem, Index cells)
{
    Axis axis;
    axis.name = "angle";
    axis.to = 2.0 * std::numbers::pi;
    axis.cells = cells;
    axis.low = axis.high = Side::periodic;
    axis.points = problem.features->kinks();
    return make_line(axis);
}

/// Of one of the steps.
template <class Work>
double seconds(int threads, const Work& step)
{
    constexpr int steps = 4;
    use_threads(threads);
    step();
    const auto start = std::chrono::steady_clock::now();
    for (int k = 0; k < steps; ++k) {
        step();
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / steps;
}

template <class Work>
void compare(benchmark::State& state, const Work& step)
{
    double one = std::numeric_limits<double>::infinity(), two = one;
    seconds(2, step);
    for (auto _ : state) {
        const double alone = seconds(1, step), shared = seconds(2, step);
        state.SetIterationTime(alone + shared);
        one = std::min(one, alone);
        two = std::min(two, shared);
    }
    state.counters["one_ms"] = 1e3 * one;
    state.counters["two_ms"] = 1e3 * two;
    state.counters["ratio"] = one / two;
}

/// One step from `start`, and what the clock asks before it.
void step(Flow& flow, Stepper& stepper, const Field& start, Field& trial)
{
    const double dt = 0.5 * std::min(0.01, stepper.limit(flow, start, 0.0));
    stepper.try_step(flow, 0.0, dt, start, trial);
    flow.tidy(trial);
}

void grid(benchmark::State& state)
{
    const FlushDenormals flush;
    const Problem problem = regression();
    const Grid grid = circle(problem, state.range(0));
    const auto scheme = fluxes().find("muscl").make();
    GridFlow flow(problem, grid, *scheme);
    const auto stepper = make_stepper("ssp-rk3");
    const Field start = initial_state(problem, grid, flow.layout());
    Field trial = start;
    compare(state, [&] { step(flow, *stepper, start, trial); });
}

void train(benchmark::State& state, const Problem& problem)
{
    const FlushDenormals flush;
    Field signs;
    const Field first = start(problem, Start::random, state.range(0), 1, signs);
    ParticleFlow flow(problem, signs);
    const auto stepper = make_stepper("ssp-rk3");
    Field trial = first;
    compare(state, [&] { step(flow, *stepper, first, trial); });
}

void network(benchmark::State& state)
{
    train(state, regression());
}
void plane_network(benchmark::State& state)
{
    train(state, plane_regression());
}
void smooth_network(benchmark::State& state)
{
    train(state, smooth_regression());
}

/// Twenty networks of the width, 25 steps each.
void ensemble(benchmark::State& state)
{
    const Problem problem = regression();
    std::vector<NetworkSpec> networks;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        networks.push_back({state.range(0), seed, Start::random});
    }
    compare(state, [&] { simulate(problem, networks, {0.5}); });
}

/// A loop of two tasks that compute for so many microseconds each.
void loop(benchmark::State& state)
{
    using Clock = std::chrono::steady_clock;
    const auto task = [&](Index) {
        const auto end = Clock::now() + std::chrono::microseconds(state.range(0));
        while (Clock::now() < end) {}
    };
    compare(state, [&] { parallel_for(2, task); });
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::loop)->Arg(5)->Arg(20)->Arg(50)->Arg(200)->UseManualTime();
BENCHMARK(widelimit::grid)->ArgName("cells")->Arg(1024)->Arg(2048)->Arg(8192)->Arg(100000)->UseManualTime();
BENCHMARK(widelimit::network)
    ->ArgName("neurons")
    ->Arg(1000)
    ->Arg(3000)
    ->Arg(10000)
    ->Arg(30000)
    ->UseManualTime();
BENCHMARK(widelimit::plane_network)->ArgName("neurons")->Arg(10000)->Arg(100000)->UseManualTime();
BENCHMARK(widelimit::smooth_network)->ArgName("neurons")->Arg(1000)->Arg(10000)->UseManualTime();
BENCHMARK(widelimit::ensemble)->ArgName("neurons")->Arg(300)->UseManualTime();
BENCHMARK_MAIN();
