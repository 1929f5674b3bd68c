// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "ridge_loops.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {

/// Moving neurons sigma(w . x_i) with one kink, at 0, and two to four weights, sorted into boxes by the
/// direction of w.  Written with a = (above + below) / 2 and b = (above - below) / 2,
///
///     sum_i r_i sigma(z_i) = w . (a sum_i r_i x_i + b sum_i r_i sign(z_i) x_i),   z_i = w . x_i,
///
/// where the kinks of most nodes do not cross the box of w, so that their signs are those of the box: a
/// neuron costs the few others and one sum per box, made once for all neurons.  Within `round_off` of a kink
/// the sign is 0, the mean of both sides.  Null where products of all neurons and nodes are faster, which
/// take `product` nanoseconds for both sums of a neuron and a node.
std::unique_ptr<MovingNeurons> make_direction_boxes(const KinkedUnits& units, const Matrix& inputs,
                                                    Index neurons, double product);

/// Nanoseconds of products that are made each time, measured like those of `make_direction_boxes`.
double cost_of_product(Index weights);

}  // namespace widelimit
