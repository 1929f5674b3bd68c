// SPDX-License-Identifier: BSD-3-Clause
// What the transforms share of FFTW: its names by precision, its planner, and plans that are forgotten.
#pragma once

#include <fftw3.h>

#include <complex>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// FFTW plans and forgets plans one thread at a time; executing them needs no lock.
std::mutex& fftw_planner();

/// The flag of `plans_in_use()`.
unsigned planning_effort();

/// Numbers that FFTW can count.
std::vector<int> counted(const std::vector<Index>& shape);

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
        static constexpr auto alignment = PREFIX##_alignment_of;           \
    }

WIDELIMIT_FFTW(double, fftw);
WIDELIMIT_FFTW(float, fftwf);
#undef WIDELIMIT_FFTW

template <class Real>
struct ForgetPlan {
    void operator()(typename Fftw<Real>::Plan plan) const
    {
        const std::lock_guard<std::mutex> lock(fftw_planner());
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

}  // namespace widelimit
