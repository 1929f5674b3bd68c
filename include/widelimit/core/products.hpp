// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

// Products with one short side in loops for the widest instructions of the processor, with the same bits on
// all of them; Eigen's are for the instructions that every processor has.

/// out += a w, a: rows x columns, w: columns, out: rows.
void add_product(const Eigen::Ref<const Matrix>& a, const Eigen::Ref<const Field>& w, Eigen::Ref<Field> out);
constexpr Index most_inner = 4;
/// a b^T for matrices of the same few columns, at most `most_inner`.
Matrix outer_product(const Matrix& a, const Eigen::Ref<const Matrix>& b);
/// out += x w^T, x: rows of out, w: its columns.
void add_outer_product(const Eigen::Ref<const Field>& x, const Eigen::Ref<const Field>& w,
                       Eigen::Ref<Matrix> out);
/// a^T c, c: rows of a.
Field transposed_product(const Eigen::Ref<const Matrix>& a, const Eigen::Ref<const Field>& c);

}  // namespace widelimit
