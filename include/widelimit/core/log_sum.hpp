// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// log sum_i exp(a_i), whatever the size of the a_i; one of them is more than -infinity.
inline double log_sum_exp(const Field& a)
{
    const double top = a.maxCoeff();
    return top + std::log((a.array() - top).exp().sum());
}

/// exp(a_i) over their sum.
inline Field softmax(const Field& a)
{
    const Field e = (a.array() - a.maxCoeff()).exp();
    return e / e.sum();
}

}  // namespace widelimit
