// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {

/// K(z) = -|z|: for mu and nu of equal mass the discrepancy is half their energy distance, on a line the
/// integral of the squared difference of their distribution functions.  On lines the Euclidean distance; on
/// one circle of length L the chord (L / pi) |sin(pi z / L)|, with the coefficients (2 L / pi^2) / (4 j^2 -
/// 1).  Null for other coordinates: the chord on several circles has no closed form.
std::unique_ptr<Kernel> make_distance(const std::vector<Coordinate>& on);

}  // namespace widelimit
