// SPDX-License-Identifier: BSD-3-Clause
// What a discrepancy costs: one evaluation on a square of circles (or of lines) next to one transform there
// and back of the same size, in turn, within one run.  `ratio` is the shortest time of the one over the
// shortest of the other: other load of the machine only ever adds to times.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "widelimit/core/fft.hpp"
#include "widelimit/core/flush_denormals.hpp"
#include "widelimit/energy/convolution.hpp"

namespace widelimit {
namespace {

/// exp(-|.|^2) of differences and of frequencies alike.
class Bell : public Kernel {
public:
    double at(const Field& arguments) const override { return std::exp(-arguments.squaredNorm()); }
};

template <class Work>
double seconds(const Work& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void compare(benchmark::State& state, bool circle)
{
    const FlushDenormals flush;
    const Index cells = state.range(0);
    const EvenAxis axis = {cells, 0.0, 1.0, circle};
    const Convolution convolution({axis, axis}, Bell());
    const Field masses = Field::LinSpaced(cells * cells, 0.0, 1.0);
    Field psi;
    RealTransform transform({cells, cells});
    double whole = std::numeric_limits<double>::infinity(), unit = whole;
    for (auto _ : state) {
        std::copy(masses.begin(), masses.end(), transform.values());
        const double transforms = seconds([&] {
            transform.forward();
            transform.backward();
        });
        const double evaluation =
            seconds([&] { benchmark::DoNotOptimize(convolution.evaluate(masses, psi)); });
        state.SetIterationTime(transforms + evaluation);
        whole = std::min(whole, evaluation);
        unit = std::min(unit, transforms);
    }
    state.counters["evaluate_ms"] = 1e3 * whole;
    state.counters["transforms_ms"] = 1e3 * unit;
    state.counters["ratio"] = whole / unit;
}

void circles(benchmark::State& state)
{
    compare(state, true);
}

/// Padded to twice the cells along each line: four times the size.
void lines(benchmark::State& state)
{
    compare(state, false);
}

}  // namespace
}  // namespace widelimit

BENCHMARK(widelimit::circles)->Arg(256)->Arg(1024)->UseManualTime();
BENCHMARK(widelimit::lines)->Arg(256)->Arg(1024)->UseManualTime();
BENCHMARK_MAIN();
