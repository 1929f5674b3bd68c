// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// Inputs in the data's own units at which a network with one input is drawn: from 10 % left of the data to
/// 10 % right of them.  Empty for other problems.
Field curve_inputs(const Data* data, Index points);

/// Where a network with two inputs is drawn, in the data's own units: an even lattice over the data and 10 %
/// of their range on every side.
struct Plane {
    Field first, second;

    Index size() const { return first.size() * second.size(); }
    /// The first input fastest: rows [first, second].
    Matrix inputs() const;
};
/// `points` on either side; empty for other problems.
Plane plane_inputs(const Data* data, Index points);

/// Predictions in the data's own units of units at base points (coordinates x points) with the amplitudes
/// times masses `moment`, at inputs likewise (rows x inputs).
Field predictions_at(const Problem& problem, const Data& data, const Matrix& inputs, const Matrix& base,
                     const Field& moment);

/// Features at inputs in the data's own units (rows x inputs), for units at base points: points x rows.
Matrix features_at(const Problem& problem, const Data& data, const Matrix& inputs, const Matrix& base);

/// Standardised inputs as the nodes of the problem see them, a bias appended.
Matrix node_inputs(const Problem& problem, const Data& data, const Matrix& inputs);

}  // namespace widelimit
