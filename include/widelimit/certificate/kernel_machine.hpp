// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {

/// A function f = sum_j c_j K(., x_j) of the space with the reproducing kernel K, |f|^2 = c^T K c.
struct KernelFunction {
    Field coefficients;
    double norm = 0.0;
    Field predictions;
};

/// max over |f| <= 1 of min_i y_i f(x_i), the hard-margin support vector machine: the least |sum_i p_i y_i
/// K(., x_i)| over p >= 0 with sum 1, by an active set.
struct KernelMargin {
    double margin = 0.0;
    Field dual;               ///< p
    KernelFunction function;  ///< of norm 1 (0 where nothing separates the data)

    /// H(p) + log max p: what (margin - reached) |f| tends to for the flow of the output weights from 0 in
    /// the soft clock, where p is unique.
    double gap_limit() const;
};
KernelMargin largest_kernel_margin(const Matrix& kernel, const Field& labels);

/// The interpolant of least norm; its norm is infinite where no function of the space meets the targets.
KernelFunction kernel_interpolant(const Matrix& kernel, const Field& targets);

/// min R(f) + lambda / 2 |f|^2, lambda > 0, by Newton's method.
struct KernelRidge {
    double objective = 0.0;
    KernelFunction function;
};
KernelRidge kernel_ridge(const Risk& risk, const Matrix& kernel, double penalty);

}  // namespace widelimit
