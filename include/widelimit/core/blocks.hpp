// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <functional>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// The range 0, ..., count - 1 in blocks of `size`, the last one shorter.  Sizes depend on sizes only, never
/// on the number of threads, so that neither do sums over blocks.
struct Blocks {
    Index count = 0;
    Index size = 1;
    /// Fewer blocks than these are not worth waking other threads for.
    Index least_shared = 2;

    Index number() const { return (count + size - 1) / size; }
    Index first(Index block) const { return block * size; }
    Index length(Index block) const { return std::min(size, count - first(block)); }
    bool shared() const { return number() >= least_shared; }
};

/// visit(first, length) for every block, in any order.  An interruption_point() before each.
void for_each_block(const Blocks& blocks, const std::function<void(Index first, Index length)>& visit);

/// One number of every block, in the order of the blocks.
Field of_blocks(const Blocks& blocks, const std::function<double(Index first, Index length)>& number);

/// sum += term of every block, in the order of the blocks whoever computes them; add(first, length, term)
/// adds to a term of zeros of the size of `sum`.  Memory is that of one sum for every thread, of
/// at most 64 where sums are short.
void add_blocks(const Blocks& blocks, const std::function<void(Index first, Index length, Field& term)>& add,
                Field& sum);

}  // namespace widelimit
