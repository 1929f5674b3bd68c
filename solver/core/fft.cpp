// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/fft.hpp"

#include <fftw3.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <mutex>
#include <new>
#include <numeric>
#include <type_traits>
#include <utility>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// FFTW plans and forgets plans one thread at a time; executing them needs no lock.
std::mutex& planner()
{
    static std::mutex mutex;
    return mutex;
}

struct ForgetPlan {
    void operator()(fftw_plan plan) const
    {
        const std::lock_guard<std::mutex> lock(planner());
        fftw_destroy_plan(plan);
    }
};

using Plan = std::unique_ptr<std::remove_pointer_t<fftw_plan>, ForgetPlan>;

/// FFTW promises this layout for its complex numbers.
fftw_complex* pairs(std::complex<double>* modes)
{
    return reinterpret_cast<fftw_complex*>(modes);
}

/// Numbers that FFTW can count.
std::vector<int> counted(const std::vector<Index>& shape)
{
    expects(!shape.empty() && shape.size() <= 3, "a transform of rank 1 to 3");
    for (const Index n : shape) {
        expects(n >= 1 && n <= std::numeric_limits<int>::max(), "a size that the transform can count");
    }
    return {shape.begin(), shape.end()};
}

Index product(const std::vector<Index>& shape)
{
    return std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
}

}  // namespace

void FreeArray::operator()(void* array) const
{
    fftw_free(array);
}

Reals new_reals(Index size)
{
    Reals array(fftw_alloc_real(static_cast<std::size_t>(size)));
    return array ? std::move(array) : throw std::bad_alloc();
}

Modes new_modes(Index size)
{
    Modes array(reinterpret_cast<std::complex<double>*>(fftw_alloc_complex(static_cast<std::size_t>(size))));
    return array ? std::move(array) : throw std::bad_alloc();
}

struct RealTransform::Plans {
    Plans(const std::vector<int>& n, Index size, Index modes)
        : values(new_reals(size)), spectrum(new_modes(modes))
    {
        const std::lock_guard<std::mutex> lock(planner());
        const int rank = static_cast<int>(n.size());
        forward.reset(fftw_plan_dft_r2c(rank, n.data(), values.get(), pairs(spectrum.get()), FFTW_ESTIMATE));
        backward.reset(fftw_plan_dft_c2r(rank, n.data(), pairs(spectrum.get()), values.get(), FFTW_ESTIMATE));
    }

    Reals values;
    Modes spectrum;
    Plan forward, backward;
};

RealTransform::RealTransform(const std::vector<Index>& shape) : shape_(shape)
{
    const std::vector<int> n = counted(shape);
    size_ = product(shape);
    plans_ = std::make_unique<Plans>(n, size_, modes());
    expects(plans_->forward && plans_->backward, "a plan of the transform");
    values_ = plans_->values.get();
    spectrum_ = plans_->spectrum.get();
    std::fill_n(values_, size_, 0.0);
}

RealTransform::~RealTransform() = default;
RealTransform::RealTransform(RealTransform&&) noexcept = default;
RealTransform& RealTransform::operator=(RealTransform&&) noexcept = default;

void RealTransform::forward()
{
    fftw_execute(plans_->forward.get());
}

void RealTransform::backward()
{
    fftw_execute(plans_->backward.get());
}

struct RowTransform::Plans {
    Plan forward, backward;
};

RowTransform::RowTransform(Index size) : plans_(std::make_unique<Plans>())
{
    const int n = counted({size}).front();
    const Reals values = new_reals(size);
    const Modes modes = new_modes(size / 2 + 1);
    const std::lock_guard<std::mutex> lock(planner());
    plans_->forward.reset(fftw_plan_dft_r2c_1d(n, values.get(), pairs(modes.get()), FFTW_ESTIMATE));
    plans_->backward.reset(fftw_plan_dft_c2r_1d(n, pairs(modes.get()), values.get(), FFTW_ESTIMATE));
    expects(plans_->forward && plans_->backward, "a plan of the transform");
}

RowTransform::~RowTransform() = default;
RowTransform::RowTransform(RowTransform&&) noexcept = default;

void RowTransform::forward(double* values, std::complex<double>* modes) const
{
    fftw_execute_dft_r2c(plans_->forward.get(), values, pairs(modes));
}

void RowTransform::backward(std::complex<double>* modes, double* values) const
{
    fftw_execute_dft_c2r(plans_->backward.get(), pairs(modes), values);
}

struct ColumnTransform::Plans {
    Plan forward, backward;
};

ColumnTransform::ColumnTransform(Index size, Index many, Index pitch) : plans_(std::make_unique<Plans>())
{
    const std::vector<int> n = counted({size, many, pitch});
    const Modes from = new_modes(many * pitch), to = new_modes(many * pitch);
    const std::lock_guard<std::mutex> lock(planner());
    const auto plan = [&](int sign) {
        return fftw_plan_many_dft(1, n.data(), n[1], pairs(from.get()), nullptr, 1, n[2], pairs(to.get()),
                                  nullptr, 1, n[2], sign, FFTW_ESTIMATE);
    };
    plans_->forward.reset(plan(FFTW_FORWARD));
    plans_->backward.reset(plan(FFTW_BACKWARD));
    expects(plans_->forward && plans_->backward, "a plan of the transform");
}

ColumnTransform::~ColumnTransform() = default;
ColumnTransform::ColumnTransform(ColumnTransform&&) noexcept = default;
ColumnTransform& ColumnTransform::operator=(ColumnTransform&&) noexcept = default;

void ColumnTransform::forward(std::complex<double>* from, std::complex<double>* to) const
{
    fftw_execute_dft(plans_->forward.get(), pairs(from), pairs(to));
}

void ColumnTransform::backward(std::complex<double>* from, std::complex<double>* to) const
{
    fftw_execute_dft(plans_->backward.get(), pairs(from), pairs(to));
}

Index smooth_size(Index least)
{
    expects(least >= 1, "a positive size");
    for (Index size = least;; ++size) {
        Index rest = size;
        for (const Index prime : {2, 3, 5, 7}) {
            while (rest % prime == 0) {
                rest /= prime;
            }
        }
        if (rest == 1) {
            return size;
        }
    }
}

}  // namespace widelimit
