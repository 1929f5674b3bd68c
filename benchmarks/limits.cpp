// SPDX-License-Identifier: BSD-3-Clause
// The limits of the machine that other benchmarks are ratios of.
//
// copy     bytes a second of a copy (16 bytes a number) and of a triad a = b + s c (24)
// rt       RT in ns a point, with guessed and with measured plans
// product  operations a second of Eigen's matrix product in this binary
#include "machine.hpp"

namespace widelimit {
namespace {

void copy(benchmark::State& state)
{
    const Index size = state.range(0);
    Copy copy(size);
    Field a = Field::Ones(size);
    const Field b = a, c = a;
    std::vector<double> copies, triads;
    for (auto _ : state) {
        copies.push_back(seconds(copy));
        triads.push_back(seconds([&] { a = b + 3.0 * c; }));
        state.SetIterationTime(copies.back() + triads.back());
    }
    state.counters["copy_GB_per_s"] = 16e-9 * static_cast<double>(size) / median(copies);
    state.counters["triad_GB_per_s"] = 24e-9 * static_cast<double>(size) / median(triads);
}

void rt(benchmark::State& state)
{
    const auto rank = static_cast<std::size_t>(state.range(0));
    const std::vector<int> shape(rank, static_cast<int>(state.range(1)));
    RoundTrip measured(shape);
    fftw_forget_wisdom();
    RoundTrip guessed(shape, FFTW_ESTIMATE);
    Paired pairs;
    for (auto _ : state) {
        state.SetIterationTime(pairs(measured, guessed));
    }
    const double points = std::pow(static_cast<double>(shape[0]), static_cast<double>(rank));
    state.counters["measured_ns"] = 1e6 * pairs.unit_ms() / points;
    state.counters["guessed_ns"] = 1e6 * pairs.work_ms() / points;
}

void product(benchmark::State& state)
{
    MatrixProduct product(state.range(0));
    std::vector<double> times;
    for (auto _ : state) {
        times.push_back(seconds(product));
        state.SetIterationTime(times.back());
    }
    state.counters["GFLOP_per_s"] = 1e-9 * product.operations() / median(times);
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::copy)->ArgName("numbers")->Arg(20000000)->UseManualTime();
BENCHMARK(widelimit::rt)
    ->ArgNames({"rank", "cells"})
    ->ArgsProduct({{2}, {256, 512, 1024, 2048}})
    ->ArgsProduct({{3}, {64, 128, 256}})
    ->UseManualTime();
BENCHMARK(widelimit::product)->ArgName("size")->Arg(512)->Arg(2000)->UseManualTime();
BENCHMARK_MAIN();
