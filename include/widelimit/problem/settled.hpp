// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/problem/exact.hpp"

namespace widelimit {

/// Only where a flow of an internal energy (and of a constant temperature) ends: nothing of its way there.
/// Null with a kernel, data, growth, or a temperature that changes.
///
/// Without a potential, on all of the space that the reference law m has: mass * m.
std::shared_ptr<const Exact> make_settled_at_reference(const Problem& problem);

/// In a well V = alpha |x|^2 / 2 on the whole space, m = 1: u with e'(u) + V = c where u > 0, c from the
/// mass.
std::shared_ptr<const Exact> make_settled_in_well(const Problem& problem, double alpha);

}  // namespace widelimit
