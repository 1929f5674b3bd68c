// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// Inputs in the data's own units at which a network with one input is drawn: from 10 % left of the data to
/// 10 % right of them.  Empty for other problems.
Field curve_inputs(const Data* data, Index points);

/// Features at inputs in the data's own units (rows x inputs), for units at base points: points x rows.
Matrix features_at(const Problem& problem, const Data& data, const Matrix& inputs, const Matrix& base);

/// Standardised inputs as the nodes of the problem see them, a bias appended.
Matrix node_inputs(const Problem& problem, const Data& data, const Matrix& inputs);

}  // namespace widelimit
