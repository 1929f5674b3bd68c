// SPDX-License-Identifier: BSD-3-Clause
// What benchmarks measure with: work and a limit of the machine in turn, in one process, and the median of
// the ratios of neighbours in time, so that other load, which comes and goes, meets both.
#pragma once

#include <benchmark/benchmark.h>
#include <fftw3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/memory.hpp"

namespace widelimit {

/// As the program does when it starts.
inline const bool keeps_memory = (keep_freed_memory(), true);

inline double wall_time()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Of this thread.
inline double processor_time()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class Work>
double seconds(Work&& work, double (*clock)() = processor_time)
{
    const double start = clock();
    work();
    benchmark::ClobberMemory();
    return clock() - start;
}

inline double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// Times of work and of its unit, taken in turn: unit, work, unit, ...  A ratio is that of the work to the
/// mean of the units before and after it.  Both go once before they count: the system gives memory only when
/// it is written for the first time, which takes longer than a stage.
class Paired {
public:
    explicit Paired(double (*clock)() = processor_time) : clock_(clock) {}

    /// Returns the time that both took.
    template <class Unit, class Work>
    double operator()(Unit&& unit, Work&& work)
    {
        if (works_.empty()) {
            unit();
            work();
        }
        const double before = seconds(unit, clock_), spent = seconds(work, clock_);
        const double after = seconds(unit, clock_);
        units_.push_back(0.5 * (before + after));
        works_.push_back(spent);
        ratios_.push_back(spent / units_.back());
        return before + spent + after;
    }
    double ratio() const { return median(ratios_); }
    double unit_ms() const { return 1e3 * median(units_); }
    double work_ms() const { return 1e3 * median(works_); }

private:
    double (*clock_)();
    std::vector<double> units_, works_, ratios_;
};

/// RT: a real transform there and back, double, out of place, measured plans, one thread.
class RoundTrip {
public:
    explicit RoundTrip(const std::vector<int>& shape, unsigned effort = FFTW_MEASURE)
        : size_(std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>())),
          values_(fftw_alloc_real(size_)),
          modes_(fftw_alloc_complex(size_ / static_cast<std::size_t>(shape.back()) *
                                    static_cast<std::size_t>(shape.back() / 2 + 1)))
    {
        const int rank = static_cast<int>(shape.size());
        forward_ = fftw_plan_dft_r2c(rank, shape.data(), values_, modes_, effort);
        backward_ = fftw_plan_dft_c2r(rank, shape.data(), modes_, values_, effort);
        std::fill_n(values_, size_, 0.0);
    }
    ~RoundTrip()
    {
        fftw_destroy_plan(forward_);
        fftw_destroy_plan(backward_);
        fftw_free(values_);
        fftw_free(modes_);
    }
    RoundTrip(const RoundTrip&) = delete;
    RoundTrip& operator=(const RoundTrip&) = delete;

    /// Numbers that stay 0 take as long as others.
    void operator()()
    {
        fftw_execute(forward_);
        fftw_execute(backward_);
    }

private:
    std::size_t size_;
    double* values_;
    fftw_complex* modes_;
    fftw_plan forward_, backward_;
};

/// Copies an array: 16 bytes a number.
class Copy {
public:
    explicit Copy(Index size) : from_(Field::Ones(size)), to_(Field::Zero(size)) {}
    void operator()() { to_ = from_; }

private:
    Field from_, to_;
};

/// Eigen's product of two matrices: 2 size^3 operations.
class MatrixProduct {
public:
    explicit MatrixProduct(Index size = 512)
        : a_(Matrix::Random(size, size)), b_(Matrix::Random(size, size)), c_(size, size)
    {}
    void operator()() { c_.noalias() = a_ * b_; }
    double operations() const { return 2.0 * std::pow(static_cast<double>(a_.rows()), 3.0); }

private:
    Matrix a_, b_, c_;
};

}  // namespace widelimit
