// SPDX-License-Identifier: BSD-3-Clause
// Fast sums of a kernel over points on a torus: time of one evaluation of all forces on two threads, over
// that of reading and writing the points (a copy loop), and the error against the plain sum on fewer points.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <complex>
#include <random>

#include "widelimit/core/numbers.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/torus_sum.hpp"

namespace widelimit {
namespace {

double seconds(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double coefficient(const Field& xi)
{
    return std::exp(-0.05 * xi.squaredNorm());
}

struct Cloud {
    explicit Cloud(Index count) : points(2, count), charges(count)
    {
        std::mt19937 random(1);
        std::uniform_real_distribution<double> place(0.0, 2.0 * pi);
        for (Index p = 0; p < count; ++p) {
            points.col(p) << place(random), place(random);
            charges[p] = 1.0 / static_cast<double>(count);
        }
    }
    Matrix points;
    Field charges;
};

/// Largest error of forces over the largest force.
double error_of_forces(const TorusSum& sum, Index modes)
{
    const Cloud cloud(10000);
    Field psi;
    Matrix gradient, truth = Matrix::Zero(2, 100);
    sum.evaluate(cloud.points, cloud.charges, psi, gradient);
    Field xi(2);
    for (Index j = -modes; j <= modes; ++j) {
        for (Index k = -modes; k <= modes; ++k) {
            xi << static_cast<double>(j), static_cast<double>(k);
            const double c = coefficient(xi);
            if (c < 1e-14) {
                continue;
            }
            std::complex<double> charge = 0.0;
            for (Index p = 0; p < cloud.points.cols(); ++p) {
                charge += cloud.charges[p] * std::polar(1.0, -xi.dot(cloud.points.col(p)));
            }
            for (Index p = 0; p < truth.cols(); ++p) {
                truth.col(p) -= c * (charge * std::polar(1.0, xi.dot(cloud.points.col(p)))).imag() * xi;
            }
        }
    }
    return (gradient.leftCols(100) - truth).cwiseAbs().maxCoeff() / truth.cwiseAbs().maxCoeff();
}

void forces(benchmark::State& state)
{
    const Index count = state.range(0), modes = state.range(1);
    const TorusSum sum({{0.0, 2.0 * pi, modes}, {0.0, 2.0 * pi, modes}}, coefficient);
    const Cloud cloud(count);
    Field psi;
    Matrix gradient, copy;
    double best = 1e9, copying = 1e9;
    use_threads(2);
    for (auto _ : state) {
        const double time = seconds([&] { sum.evaluate(cloud.points, cloud.charges, psi, gradient); });
        copying = std::min(copying, seconds([&] {
                               copy = cloud.points;
                               benchmark::ClobberMemory();
                           }));
        best = std::min(best, time);
        state.SetIterationTime(time);
    }
    use_threads(1);
    state.counters["seconds"] = best;
    state.counters["over_copy"] = best / copying;
    state.counters["relative_error"] = error_of_forces(sum, modes);
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::forces)
    ->ArgNames({"points", "modes"})
    ->Args({100000, 64})
    ->Args({1000000, 64})
    ->UseManualTime();
BENCHMARK_MAIN();
