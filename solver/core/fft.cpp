// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/fft.hpp"

#include <fftw3.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <numeric>
#include <utility>
#include <vector>

#include "row_loops.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/prefetch.hpp"

namespace widelimit {
namespace {

/// FFTW plans and forgets plans one thread at a time; executing them needs no lock.
std::mutex& planner()
{
    static std::mutex mutex;
    return mutex;
}

std::atomic<Planning>& planning()
{
    static std::atomic<Planning> now = Planning::guessed;
    return now;
}

unsigned effort()
{
    return planning() == Planning::measured ? FFTW_MEASURE : FFTW_ESTIMATE;
}

/// The names of FFTW's library for double and for single precision.
template <class Real>
struct Fftw;

#define WIDELIMIT_FFTW(REAL, PREFIX)                                       \
    template <>                                                            \
    struct Fftw<REAL> {                                                    \
        using Plan = PREFIX##_plan;                                        \
        using Pair = PREFIX##_complex;                                     \
        static constexpr auto destroy = PREFIX##_destroy_plan;             \
        static constexpr auto rows_forward = PREFIX##_plan_dft_r2c_1d;     \
        static constexpr auto rows_backward = PREFIX##_plan_dft_c2r_1d;    \
        static constexpr auto columns = PREFIX##_plan_many_dft;            \
        static constexpr auto execute_forward = PREFIX##_execute_dft_r2c;  \
        static constexpr auto execute_backward = PREFIX##_execute_dft_c2r; \
        static constexpr auto execute_columns = PREFIX##_execute_dft;      \
        static constexpr auto operations = PREFIX##_estimate_cost;         \
        static constexpr auto alignment = PREFIX##_alignment_of;           \
    }

WIDELIMIT_FFTW(double, fftw);
WIDELIMIT_FFTW(float, fftwf);
#undef WIDELIMIT_FFTW

template <class Real>
struct ForgetPlan {
    void operator()(typename Fftw<Real>::Plan plan) const
    {
        const std::lock_guard<std::mutex> lock(planner());
        Fftw<Real>::destroy(plan);
    }
};

template <class Real>
using Plan = std::unique_ptr<std::remove_pointer_t<typename Fftw<Real>::Plan>, ForgetPlan<Real>>;

/// FFTW promises this layout for its complex numbers.
template <class Real>
typename Fftw<Real>::Pair* pairs(std::complex<Real>* modes)
{
    return reinterpret_cast<typename Fftw<Real>::Pair*>(modes);
}

/// Numbers that FFTW can count.
std::vector<int> counted(const std::vector<Index>& shape)
{
    for (const Index n : shape) {
        expects(n >= 1 && n <= std::numeric_limits<int>::max(), "a size that the transform can count");
    }
    return {shape.begin(), shape.end()};
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

std::string measured_plans()
{
    const std::lock_guard<std::mutex> lock(planner());
    return taken(fftw_export_wisdom_to_string()) + taken(fftwf_export_wisdom_to_string());
}

bool learn_plans(const std::string& text)
{
    const std::size_t single = text.find("(fftw-", 1);
    if (single == std::string::npos) {
        return false;
    }
    const std::lock_guard<std::mutex> lock(planner());
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
    const std::lock_guard<std::mutex> lock(planner());
    fftw_forget_wisdom();
    fftwf_forget_wisdom();
}

Planning plans_in_use()
{
    return planning();
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
        const std::lock_guard<std::mutex> lock(planner());
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

namespace {

/// Longer rows have left the caches when the loop over their modes comes.
constexpr Index longest_of_pairs = 4096;
/// From here on FFTW may guess bad plans for half the length: its own count of operations tells most of them.
constexpr Index shortest_of_doubt = 128;
/// FFTW transforms longer rows in vectors one by one too, and several fill the first cache.
template <class Real>
constexpr Index longest_together = sizeof(Real) == 8 ? 256 : 1024;

}  // namespace

template <class Real>
struct RowTransform<Real>::Plans {
    struct Direction {
        Plan<Real> one, several;
        const auto& of(Index rows) const { return rows == 1 ? one : several; }
    };
    Plans(Index row_size, Index row_pitch) : size(row_size), pitch(row_pitch)
    {
        expects(pitch >= size / 2 + 1, "modes that do not overlap");
        const bool may_pair = size % 2 == 0 && size <= longest_of_pairs;
        const bool sure = size < shortest_of_doubt || planning() == Planning::measured;
        const Index rows = may_pair ? modes_at_once<Real> : 1;
        const auto values = new_reals<Real>(rows * size);
        const auto modes = new_modes<Real>(rows * pitch);
        if (!may_pair || !sure) {
            plan_numbers(values.get(), modes.get());
        }
        if (may_pair) {
            plan_pairs(reinterpret_cast<std::complex<Real>*>(values.get()), modes.get());
        }
        expects(forward.one && backward.one, "a plan of the transform");
    }

    void plan_numbers(Real* values, std::complex<Real>* modes)
    {
        const int n = counted({size}).front();
        const std::lock_guard<std::mutex> lock(planner());
        forward.one.reset(Fftw<Real>::rows_forward(n, values, pairs(modes), effort() | FFTW_PRESERVE_INPUT));
        backward.one.reset(Fftw<Real>::rows_backward(n, pairs(modes), values, effort()));
    }
    /// In the place of the plans for numbers, if there are any, unless these have fewer operations.
    void plan_pairs(std::complex<Real>* values, std::complex<Real>* modes)
    {
        const std::vector<int> n = counted({size / 2, pitch});
        const auto plan = [&](Index rows, int sign) {
            const bool there = sign == FFTW_FORWARD;
            return Plan<Real>(Fftw<Real>::columns(1, n.data(), static_cast<int>(rows),
                                                  pairs(there ? values : modes), nullptr, 1, n[there ? 0 : 1],
                                                  pairs(there ? modes : values), nullptr, 1, n[there ? 1 : 0],
                                                  sign, effort()));
        };
        Direction there, back;
        {
            const std::lock_guard<std::mutex> lock(planner());
            there = {plan(1, FFTW_FORWARD), plan(modes_at_once<Real>, FFTW_FORWARD)};
            back = {plan(1, FFTW_BACKWARD), plan(modes_at_once<Real>, FFTW_BACKWARD)};
            if (forward.one && operations(there, back) > 1.05 * operations(forward, backward)) {
                return;
            }
        }
        std::swap(forward, there);
        std::swap(backward, back);
        together = size <= longest_together<Real> ? modes_at_once<Real> : 1;
        const auto of_turns = static_cast<std::size_t>(size_of_turns(size / 2));
        turns.resize(of_turns);
        for (std::size_t k = 0; k < of_turns / 2; k += 2) {
            const double angle = pi * static_cast<double>(k) / static_cast<double>(size);
            turns[k] = static_cast<Real>(std::cos(angle));
            turns[k + 1] = -turns[k];
            turns[of_turns / 2 + k] = turns[of_turns / 2 + k + 1] = static_cast<Real>(std::sin(angle));
        }
    }
    static double operations(const Direction& there, const Direction& back)
    {
        return Fftw<Real>::operations(there.one.get()) + Fftw<Real>::operations(back.one.get());
    }

    Index size, pitch, together = 1;
    Direction forward, backward;
    std::vector<Real> turns;  ///< as row_loops.hpp has them; none where numbers are not taken in pairs
};

template <class Real>
RowTransform<Real>::RowTransform(Index size, Index pitch) : plans_(std::make_unique<Plans>(size, pitch))
{}

template <class Real>
RowTransform<Real>::~RowTransform() = default;
template <class Real>
RowTransform<Real>::RowTransform(RowTransform&&) noexcept = default;

template <class Real>
Index RowTransform<Real>::together() const
{
    return plans_->together;
}

template <class Real>
void RowTransform<Real>::forward(const Real* values, std::complex<Real>* modes, Index rows, Index ahead) const
{
    const Plans& p = *plans_;
    auto* const from = const_cast<Real*>(values);
    auto* const plan = p.forward.of(rows).get();
    if (p.turns.empty()) {
        Fftw<Real>::execute_forward(plan, from, pairs(modes));
    } else {
        Fftw<Real>::execute_columns(plan, pairs(reinterpret_cast<std::complex<Real>*>(from)), pairs(modes));
    }
    prefetch(modes + rows * p.pitch, ahead * p.pitch);
    for (Index r = 0; r < rows && !p.turns.empty(); ++r) {
        turn_forward(p.turns.data(), p.size / 2, reinterpret_cast<Real*>(modes + r * p.pitch));
    }
}

template <class Real>
void RowTransform<Real>::backward(const std::complex<Real>* modes, Real* values, std::complex<Real>* own,
                                  Index rows) const
{
    const Plans& p = *plans_;
    const auto plan = p.backward.of(rows).get();
    if (p.turns.empty()) {
        std::memmove(own, modes, static_cast<std::size_t>(p.size / 2 + 1) * sizeof *own);
        Fftw<Real>::execute_backward(plan, pairs(own), values);
        return;
    }
    for (Index r = 0; r < rows; ++r) {
        turn_backward(p.turns.data(), p.size / 2, reinterpret_cast<const Real*>(modes + r * p.pitch),
                      reinterpret_cast<Real*>(own + r * p.pitch));
    }
    Fftw<Real>::execute_columns(plan, pairs(own), pairs(reinterpret_cast<std::complex<Real>*>(values)));
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
    const std::lock_guard<std::mutex> lock(planner());
    const auto plan = [&](int sign) {
        return Fftw<Real>::columns(1, n.data(), n[1], pairs(from.get()), nullptr, n[2], n[3], pairs(to.get()),
                                   nullptr, n[2], n[3], sign, effort());
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
    template bool is_aligned<REAL>(const REAL*); \
    template class RowTransform<REAL>;           \
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
