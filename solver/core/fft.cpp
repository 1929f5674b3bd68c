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

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// FFTW plans and forgets plans one thread at a time; executing them needs no lock.
std::mutex& planner()
{
    static std::mutex mutex;
    return mutex;
}

struct Release {
    void operator()(void* array) const { fftw_free(array); }
    void operator()(fftw_plan plan) const
    {
        const std::lock_guard<std::mutex> lock(planner());
        fftw_destroy_plan(plan);
    }
};

using Plan = std::unique_ptr<std::remove_pointer_t<fftw_plan>, Release>;

Index product(const std::vector<Index>& shape)
{
    return std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
}

std::vector<int> counts(const std::vector<Index>& shape)
{
    expects(!shape.empty() && shape.size() <= 3, "a transform of rank 1 to 3");
    for (const Index n : shape) {
        expects(n >= 1 && n <= std::numeric_limits<int>::max(), "a size that the transform can count");
    }
    return {shape.begin(), shape.end()};
}

}  // namespace

struct RealTransform::Plans {
    Plans(const std::vector<int>& n, Index size, Index modes)
        : values(fftw_alloc_real(static_cast<std::size_t>(size))),
          spectrum(fftw_alloc_complex(static_cast<std::size_t>(modes)))
    {
        if (!values || !spectrum) {
            throw std::bad_alloc();
        }
        const std::lock_guard<std::mutex> lock(planner());
        const int rank = static_cast<int>(n.size());
        forward.reset(fftw_plan_dft_r2c(rank, n.data(), values.get(), spectrum.get(), FFTW_ESTIMATE));
        backward.reset(fftw_plan_dft_c2r(rank, n.data(), spectrum.get(), values.get(), FFTW_ESTIMATE));
    }

    std::unique_ptr<double[], Release> values;
    std::unique_ptr<fftw_complex[], Release> spectrum;
    Plan forward, backward;
};

RealTransform::RealTransform(const std::vector<Index>& shape) : shape_(shape)
{
    const std::vector<int> n = counts(shape);
    size_ = product(shape);
    plans_ = std::make_unique<Plans>(n, size_, modes());
    expects(plans_->forward && plans_->backward, "a plan of the transform");
    values_ = plans_->values.get();
    // FFTW promises this layout for its complex numbers.
    spectrum_ = reinterpret_cast<std::complex<double>*>(plans_->spectrum.get());
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
