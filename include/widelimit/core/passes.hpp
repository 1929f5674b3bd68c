// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/field.hpp"

namespace widelimit {

/// Passes over many values, shared by the threads.

/// For a pass of some operations a value: blocks stay in the first cache.
inline Blocks blocks_of_values(Index count)
{
    return {count, 4096, 8};
}

/// Sum of the values by halves, to a few units of round-off of the sum of their sizes; a plain sum of n
/// nearly equal numbers is off by up to n units, always to the same side.
double total(const Eigen::Ref<const Field>& values);

/// sum_k a_k b_k.
double dot(const Eigen::Ref<const Field>& a, const Eigen::Ref<const Field>& b);

/// Whether all of them are finite numbers.
bool all_finite(const Eigen::Ref<const Field>& values);
/// Infinity if there are none.
double lowest(const Eigen::Ref<const Field>& values);
/// Minus infinity if there are none.
double highest(const Eigen::Ref<const Field>& values);

/// The largest size of a value, 0 if there are none.
double largest_size(const Eigen::Ref<const Field>& values);

/// Whether two arrays have one size and the same bits: 0 and -0 differ, a NaN is like itself.
bool same_bits(const Eigen::Ref<const Field>& a, const Eigen::Ref<const Field>& b);
/// The same of arrays of `rank` numbers for each of `blocks`' count, one behind another: of every array a
/// thread compares the numbers of its own blocks.
bool same_bits(const Eigen::Ref<const Field>& a, const Eigen::Ref<const Field>& b, const Blocks& blocks,
               const std::vector<Index>& ranks);

/// to = from.
void copy(const Field& from, Field& to);

}  // namespace widelimit
