// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/passes.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// Fewer values than these are one task.
constexpr Index of_one_task = 32768;

/// Comparing and copying are faster than that.
Blocks blocks_of_bits(Index size)
{
    return {size, 2048, 8};
}

double by_halves(const Eigen::Ref<const Field>& values)
{
    constexpr Index few = 64;
    if (values.size() <= few) {
        return values.sum();
    }
    const Index half = values.size() / 2;
    return by_halves(values.head(half)) + by_halves(values.tail(values.size() - half));
}

/// Visits the pieces that halving ends with, in their order, or adds up what is known of them.
template <class Piece>
double over_pieces(Index first, Index count, const Piece& piece)
{
    if (count <= of_one_task) {
        return piece(first, count);
    }
    const Index half = count / 2;
    const double left = over_pieces(first, half, piece);
    return left + over_pieces(first + half, count - half, piece);
}

Blocks blocks_of(const Eigen::Ref<const Field>& values)
{
    return {values.size(), of_one_task, 2};
}

}  // namespace

double total(const Eigen::Ref<const Field>& values)
{
    std::vector<Index> starts;
    over_pieces(0, values.size(), [&](Index first, Index) {
        starts.push_back(first);
        return 0.0;
    });
    starts.push_back(values.size());
    const Blocks pieces{static_cast<Index>(starts.size()) - 1, 1, 2};
    const Field sums = of_blocks(pieces, [&](Index piece, Index) {
        const auto at = static_cast<std::size_t>(piece);
        return by_halves(values.segment(starts[at], starts[at + 1] - starts[at]));
    });
    Index next = 0;
    return over_pieces(0, values.size(), [&](Index, Index) { return sums[next++]; });
}

double dot(const Eigen::Ref<const Field>& a, const Eigen::Ref<const Field>& b)
{
    expects(a.size() == b.size(), "as many values of both");
    return of_blocks(
               blocks_of(a),
               [&](Index first, Index count) { return a.segment(first, count).dot(b.segment(first, count)); })
        .sum();
}

bool all_finite(const Eigen::Ref<const Field>& values)
{
    return of_blocks(blocks_of(values), [&](Index first, Index count) {
               return (0.0 * values.segment(first, count)).sum();
           }).sum() == 0.0;
}

double lowest(const Eigen::Ref<const Field>& values)
{
    const Field found = of_blocks(
        blocks_of(values), [&](Index first, Index count) { return values.segment(first, count).minCoeff(); });
    return found.size() > 0 ? found.minCoeff() : infinite;
}

double highest(const Eigen::Ref<const Field>& values)
{
    const Field found = of_blocks(
        blocks_of(values), [&](Index first, Index count) { return values.segment(first, count).maxCoeff(); });
    return found.size() > 0 ? found.maxCoeff() : -infinite;
}

double largest_size(const Eigen::Ref<const Field>& values)
{
    const Field found = of_blocks(blocks_of(values), [&](Index first, Index count) {
        return values.segment(first, count).lpNorm<Eigen::Infinity>();
    });
    return found.size() > 0 ? found.maxCoeff() : 0.0;
}

bool same_bits(const Eigen::Ref<const Field>& a, const Eigen::Ref<const Field>& b)
{
    return same_bits(a, b, blocks_of_bits(a.size()), {1});
}

bool same_bits(const Eigen::Ref<const Field>& a, const Eigen::Ref<const Field>& b, const Blocks& blocks,
               const std::vector<Index>& ranks)
{
    constexpr Index glance = 64;  // most states that differ do so at once
    const auto same = [&](Index first, Index count) {
        const auto bytes = static_cast<std::size_t>(count) * sizeof(double);
        return count == 0 || std::memcmp(a.data() + first, b.data() + first, bytes) == 0;
    };
    if (a.size() != b.size() || !same(0, std::min(glance, a.size()))) {
        return false;
    }
    std::atomic<bool> all = true;
    for_each_block(blocks, [&](Index first, Index count) {
        Index start = 0;
        for (const Index rank : ranks) {
            if (all && !same(start + rank * first, rank * count)) {
                all = false;
            }
            start += rank * blocks.count;
        }
    });
    return all;
}

void copy(const Field& from, Field& to)
{
    to.resize(from.size());
    for_each_block(blocks_of_bits(from.size()), [&](Index first, Index count) {
        std::copy_n(from.data() + first, count, to.data() + first);
    });
}

}  // namespace widelimit
