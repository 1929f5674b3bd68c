// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Elementary functions of whole arrays, in place.  Where compiler and system have them these are the vector
/// functions of the C library, right to 4 units in the last place; elsewhere the usual ones.  Processors with
/// and without AVX2 may differ in the last digits.
void exp_each(Eigen::Ref<Matrix> z);
/// To round-off of 1, odd to the last bit.
void tanh_each(Eigen::Ref<Matrix> z);
void erf_each(Eigen::Ref<Matrix> z);
void cos_each(Eigen::Ref<Matrix> z);
void sin_each(Eigen::Ref<Matrix> z);
/// 1 / (1 + exp(-z)).
void sigmoid_each(Eigen::Ref<Matrix> z);
/// log(1 + exp z).
void softplus_each(Eigen::Ref<Matrix> z);

}  // namespace widelimit
