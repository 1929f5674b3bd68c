// SPDX-License-Identifier: BSD-3-Clause
// Features on the fly and finite networks, next to Eigen's matrix product in the same binary; fast sums next
// to those.
//
// on_the_fly  both sums of the features of 4096 points, nothing stored: `of_product` is the rate of
//             operations over that of the matrix product, counted without those of exp or tanh
// fast        the same by Features::sums over 128 lines of 128 biases: `gain` is the time on the fly over it
// circle      the same on a circle of 100000 points
// moving      both sums of neurons that move, so that every direction is new, by Features::moving; `gain` is
// the
//             time by products of all neurons and nodes over it
// held        smooth units that are held between both sums likewise
// particles   ten steps of gradient descent of a ReLU network with three weights: `of_product`, and particles
//             a second
#include <numbers>

#include "machine.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/particles/start.hpp"
#include "widelimit/problem/features.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {
namespace {

const char* const names[] = {"relu", "tanh"};

std::shared_ptr<const Activation> activation(std::int64_t number)
{
    return activations().find(names[number]).make(Settings(Value::table(), Schema()));
}

Matrix data(Index nodes, Index weights)
{
    Matrix inputs = Matrix::Random(nodes, weights);
    inputs.rightCols(1).setOnes();
    return inputs;
}

/// Of the sums f and g of one point and one node: w . x twice, the unit, two products with sums.
double operations(Index weights)
{
    return 2.0 * (2.0 * static_cast<double>(weights) - 1.0) + 2.0 * 3.0;
}

struct Sums {
    Sums(const Features& features, const Matrix& points)
        : of(&features),
          at(&points),
          c(Field::Random(points.cols())),
          r(Field::Random(features.size())),
          f(Field::Zero(features.size())),
          g(points.cols())
    {}
    /// As a flow does: points in blocks.
    void operator()()
    {
        constexpr Index block = 256;
        for (Index first = 0; first < at->cols(); first += block) {
            const Index count = std::min(block, at->cols() - first);
            of->push(at->middleCols(first, count), c.segment(first, count), f);
            g.segment(first, count) = of->pulled(at->middleCols(first, count), r);
        }
    }

    const Features* of;
    const Matrix* at;
    Field c, r, f, g;
};

void on_the_fly(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index nodes = state.range(1), weights = 3;
    const auto features = make_ridge(activation(state.range(0)), data(nodes, weights), Chart::linear);
    const Matrix points = Matrix::Random(weights, 4096);
    Sums sums(*features, points);
    MatrixProduct product;
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs(product, sums));
    }
    const double pairs_of = static_cast<double>(nodes) * 4096.0;
    state.counters["ns_per_pair"] = 1e6 * pairs.work_ms() / pairs_of;
    state.counters["of_product"] = pairs_of * operations(weights) / product.operations() / pairs.ratio();
}

void compare(benchmark::State& state, const Features& features, const Matrix& points, Index line)
{
    const auto fast = features.sums(points, line);
    Sums sums(features, points);
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs(
            [&] {
                sums.f = fast->push(sums.c);
                sums.g = fast->pull(sums.r);
            },
            sums));
    }
    state.counters["fast_ms"] = pairs.unit_ms();
    state.counters["gain"] = pairs.ratio();
}

void fast(benchmark::State& state)
{
    const FlushDenormals flush;
    const auto features = make_ridge(activation(state.range(0)), data(state.range(1), 2), Chart::linear);
    Matrix points(2, 128 * 128);
    for (Index p = 0; p < points.cols(); ++p) {
        points.col(p) << -3.0 + 6.0 / 127.0 * static_cast<double>(p / 128),
            -3.0 + 6.0 / 127.0 * static_cast<double>(p % 128);
    }
    compare(state, *features, points, 128);
}

void circle(benchmark::State& state)
{
    const FlushDenormals flush;
    const auto features = make_ridge(activation(0), data(state.range(0), 2), Chart::circle);
    const Matrix points = Field::LinSpaced(100000, 0.0, 2.0 * std::numbers::pi).transpose();
    compare(state, *features, points, 0);
}

/// Both sums of neurons at these points.
void both(const MovingNeurons& neurons, const Matrix& points)
{
    const auto sums = neurons.at(points);
    const Field f = sums->push(Field::Ones(points.cols()));
    Field g(points.cols());
    Matrix gradient(points.rows(), points.cols());
    sums->pull(f, g, gradient);
    benchmark::DoNotOptimize(g.data());
}

/// On a circle for one coordinate.
/// Smooth units that are held between both sums.
void held(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index width = state.range(0), nodes = state.range(1);
    const Matrix weights = Matrix::Random(3, width);
    const auto ridge = make_ridge(activation(1), data(nodes, 3), Chart::linear);
    const auto products = ridge->Features::moving(width), sums = ridge->moving(width);
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs([&] { both(*sums, weights); }, [&] { both(*products, weights); }));
    }
    state.counters["ns_per_pair"] = 1e6 * pairs.unit_ms() / static_cast<double>(width * nodes);
    state.counters["gain"] = pairs.ratio();
}

void moving(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index coordinates = state.range(0), width = state.range(1), nodes = state.range(2);
    const bool on_circle = coordinates == 1;
    const Matrix inputs = data(nodes, on_circle ? 2 : coordinates), angles = 10.0 * Matrix::Random(1, width);
    Matrix weights = Matrix::Random(inputs.cols(), width);
    if (on_circle) {
        weights << angles.array().cos(), angles.array().sin();
    }
    const auto plane = make_ridge(activation(0), inputs, Chart::linear),
               circle = on_circle ? make_ridge(activation(0), inputs, Chart::circle) : nullptr;
    const auto products = plane->Features::moving(width), sums = (on_circle ? circle : plane)->moving(width);
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(
            pairs([&] { both(*sums, on_circle ? angles : weights); }, [&] { both(*products, weights); }));
    }
    state.counters["ns_per_neuron"] = 1e6 * pairs.unit_ms() / static_cast<double>(width);
    state.counters["gain"] = pairs.ratio();
}

Problem classification(Index nodes)
{
    const Settings none(Value::table(), Schema());
    const Matrix inputs = data(nodes, 3);
    const Field targets = inputs.col(0).array().sign();
    Problem problem;
    for (const char* name : {"u", "v", "b"}) {
        problem.coordinates.push_back({name, "weight", false, std::nan(""), std::nan("")});
        problem.initial.laws.push_back(make_uniform(-1.0, 1.0, false));
    }
    problem.amplitude = Amplitude::signs;
    problem.features = make_ridge(activation(0), inputs, Chart::linear);
    problem.risk = risks()
                       .find("logistic")
                       .make(none, {Field::Constant(nodes, 1.0 / static_cast<double>(nodes)), targets});
    problem.confinement = constant_field(0.0);
    return problem;
}

void particles(benchmark::State& state)
{
    const FlushDenormals flush;
    const Index width = state.range(0), nodes = state.range(1);
    const Problem problem = classification(nodes);
    Field signs;
    Field now = start(problem, Start::random, width, 1, signs), next;
    ParticleFlow flow(problem, signs);
    const auto stepper = make_stepper("euler");
    constexpr int steps = 10;
    MatrixProduct product;
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs(product, [&] {
            for (int k = 0; k < steps; ++k) {
                stepper->try_step(flow, 0.0, 1e-3, now, next);
                now.swap(next);
            }
        }));
    }
    // f: 5 + 3; gradient: 5 + 3 comparisons and a sum + 6; 22 in all.
    const double pairs_of = steps * static_cast<double>(width) * static_cast<double>(nodes);
    state.counters["updates_per_s"] = 1e3 * steps * static_cast<double>(width) / pairs.work_ms();
    state.counters["ns_per_pair"] = 1e6 * pairs.work_ms() / pairs_of;
    state.counters["of_product"] = 22.0 * pairs_of / product.operations() / pairs.ratio();
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::on_the_fly)
    ->ArgNames({"tanh", "data"})
    ->ArgsProduct({{0, 1}, {100, 1000, 10000, 100000}})
    ->UseManualTime();
BENCHMARK(widelimit::fast)
    ->ArgNames({"tanh", "data"})
    ->ArgsProduct({{0, 1}, {100, 1000, 10000}})
    ->UseManualTime();
BENCHMARK(widelimit::circle)->ArgName("data")->Arg(100)->Arg(1000)->UseManualTime();
BENCHMARK(widelimit::moving)
    ->ArgNames({"coordinates", "width", "data"})
    ->ArgsProduct({{1, 2, 3, 4}, {1000, 100000}, {100, 1000}})
    ->UseManualTime();
BENCHMARK(widelimit::held)
    ->ArgNames({"width", "data"})
    ->ArgsProduct({{10, 100, 1000}, {100}})
    ->UseManualTime();
BENCHMARK(widelimit::particles)
    ->ArgNames({"width", "data"})
    ->ArgsProduct({{1000, 10000, 100000}, {100, 1000}})
    ->UseManualTime();
BENCHMARK_MAIN();
