// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/fft.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <limits>
#include <mutex>
#include <new>
#include <numeric>

#include "fftw.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
std::mutex& fftw_planner()
{
    static std::mutex mutex;
    return mutex;
}

namespace {

std::atomic<Planning>& planning()
{
    static std::atomic<Planning> now = Planning::guessed;
    return now;
}

Index product(const std::vector<Index>& shape)
{
    return std::accumulate(shape.begin(), shape.end(), Index{1}, std::multiplies<>());
}

std::string taken(char* text)
{
    const std::string copy = text == nullptr ? "" : text;
    std::free(text);
    return copy;
}

}  // namespace

unsigned planning_effort()
{
    return planning() == Planning::measured ? FFTW_MEASURE : FFTW_ESTIMATE;
}

std::vector<int> counted(const std::vector<Index>& shape)
{
    for (const Index n : shape) {
        expects(n >= 1 && n <= std::numeric_limits<int>::max(), "a size that the transform can count");
    }
    return {shape.begin(), shape.end()};
}

std::string measured_plans()
{
    const std::lock_guard<std::mutex> lock(fftw_planner());
    return taken(fftw_export_wisdom_to_string()) + taken(fftwf_export_wisdom_to_string());
}

bool learn_plans(const std::string& text)
{
    const std::size_t single = text.find("(fftw-", 1);
    if (single == std::string::npos) {
        return false;
    }
    const std::lock_guard<std::mutex> lock(fftw_planner());
    return fftw_import_wisdom_from_string(text.substr(0, single).c_str()) != 0 &&
           fftwf_import_wisdom_from_string(text.substr(single).c_str()) != 0;
}

/// A guess takes what was measured, if FFTW still knows it.
void use_plans(Planning now)
{
    static std::string measured;
    if (planning().exchange(now) == now) {
        return;
    }
    if (now == Planning::measured) {
        learn_plans(measured);
        return;
    }
    measured = measured_plans();
    const std::lock_guard<std::mutex> lock(fftw_planner());
    fftw_forget_wisdom();
    fftwf_forget_wisdom();
}

Planning plans_in_use()
{
    return planning();
}

void FreeArray::operator()(void* array) const
{
    std::free(array);
}

namespace {

/// Columns go through memory in large steps, each in another page: they want large pages.
void* new_array(std::size_t bytes)
{
    constexpr std::size_t page = std::size_t{1} << 21, line = 64;
    const std::size_t unit = bytes >= 2 * page ? page : line;
    const std::size_t whole = (bytes + unit - 1) / unit * unit;
    void* const array = std::aligned_alloc(unit, std::max(whole, unit));
    if (array == nullptr) {
        throw std::bad_alloc();
    }
    if (unit == page) {
        ::madvise(array, whole, MADV_HUGEPAGE);
    }
    return array;
}

}  // namespace

template <class Real>
Reals<Real> new_reals(Index size)
{
    return Reals<Real>(static_cast<Real*>(new_array(static_cast<std::size_t>(size) * sizeof(Real))));
}

template <class Real>
Modes<Real> new_modes(Index size)
{
    using Mode = std::complex<Real>;
    return Modes<Real>(static_cast<Mode*>(new_array(static_cast<std::size_t>(size) * sizeof(Mode))));
}

template <class Real>
bool is_aligned(const Real* array)
{
    return Fftw<Real>::alignment(const_cast<Real*>(array)) == 0;
}

struct RealTransform::Plans {
    Plans(const std::vector<int>& n, Index size, Index modes)
        : values(new_reals<double>(size)), spectrum(new_modes<double>(modes))
    {
        const std::lock_guard<std::mutex> lock(fftw_planner());
        const int rank = static_cast<int>(n.size());
        forward.reset(fftw_plan_dft_r2c(rank, n.data(), values.get(), pairs(spectrum.get()), FFTW_ESTIMATE));
        backward.reset(fftw_plan_dft_c2r(rank, n.data(), pairs(spectrum.get()), values.get(), FFTW_ESTIMATE));
    }

    Reals<double> values;
    Modes<double> spectrum;
    Plan<double> forward, backward;
};

RealTransform::RealTransform(const std::vector<Index>& shape) : shape_(shape)
{
    expects(!shape.empty() && shape.size() <= 3, "a transform of rank 1 to 3");
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

template <class Real>
struct ColumnTransform<Real>::Plans {
    Plan<Real> forward, backward;
};

template <class Real>
ColumnTransform<Real>::ColumnTransform(const ColumnShape& shape, bool in_place)
    : plans_(std::make_unique<Plans>())
{
    const std::vector<int> n = counted({shape.size, shape.many, shape.step, shape.pitch});
    const Index extent = (shape.size - 1) * shape.step + (shape.many - 1) * shape.pitch + 1;
    const auto from = new_modes<Real>(extent), other = new_modes<Real>(in_place ? 1 : extent);
    const Modes<Real>& to = in_place ? from : other;
    const std::lock_guard<std::mutex> lock(fftw_planner());
    const auto plan = [&](int sign) {
        return Fftw<Real>::columns(1, n.data(), n[1], pairs(from.get()), nullptr, n[2], n[3], pairs(to.get()),
                                   nullptr, n[2], n[3], sign, planning_effort());
    };
    plans_->forward.reset(plan(FFTW_FORWARD));
    plans_->backward.reset(plan(FFTW_BACKWARD));
    expects(plans_->forward && plans_->backward, "a plan of the transform");
}

template <class Real>
ColumnTransform<Real>::~ColumnTransform() = default;
template <class Real>
ColumnTransform<Real>::ColumnTransform(ColumnTransform&&) noexcept = default;
template <class Real>
ColumnTransform<Real>& ColumnTransform<Real>::operator=(ColumnTransform&&) noexcept = default;

template <class Real>
void ColumnTransform<Real>::forward(std::complex<Real>* from, std::complex<Real>* to) const
{
    Fftw<Real>::execute_columns(plans_->forward.get(), pairs(from), pairs(to));
}

template <class Real>
void ColumnTransform<Real>::backward(std::complex<Real>* from, std::complex<Real>* to) const
{
    Fftw<Real>::execute_columns(plans_->backward.get(), pairs(from), pairs(to));
}

#define WIDELIMIT_TRANSFORMS(REAL)               \
    template Reals<REAL> new_reals<REAL>(Index); \
    template Modes<REAL> new_modes<REAL>(Index); \
    template bool is_aligned<REAL>(const REAL*); \
    template class ColumnTransform<REAL>

WIDELIMIT_TRANSFORMS(double);
WIDELIMIT_TRANSFORMS(float);
#undef WIDELIMIT_TRANSFORMS

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
