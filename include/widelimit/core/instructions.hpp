// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Before a function that is one plain loop over arrays: compiled for AVX2 too, which is taken where the
/// processor has it.  No bit depends on it, since such loops add in a fixed order and nothing is fused (the
/// functions of core/vector_math.hpp excepted).  Sanitizers do not bear it, and clang 14 has it for plain
/// functions only.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__AVX2__) && !defined(WIDELIMIT_ONE_ISA) && !defined(__SANITIZE_ADDRESS__) &&   \
    !defined(__SANITIZE_THREAD__)
#define WIDELIMIT_DISPATCHES
#define WIDELIMIT_WIDE_LOOP __attribute__((target_clones("avx2", "default")))
#else
#define WIDELIMIT_WIDE_LOOP
#endif
