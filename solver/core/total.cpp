// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/total.hpp"

#include <algorithm>
#include <vector>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// Fewer values than these are one task.
constexpr Index of_one_task = 32768;

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

/// One number a block.
template <class Of>
Field of_blocks(const Eigen::Ref<const Field>& values, const Of& of)
{
    const Blocks blocks{values.size(), of_one_task, 2};
    Field found(blocks.number());
    for_each_block(blocks, [&](Index first, Index count) {
        found[first / blocks.size] = of(values.segment(first, count));
    });
    return found;
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
    Field sums(pieces.count);
    for_each_block(pieces, [&](Index piece, Index) {
        const auto at = static_cast<std::size_t>(piece);
        sums[piece] = by_halves(values.segment(starts[at], starts[at + 1] - starts[at]));
    });
    Index next = 0;
    return over_pieces(0, values.size(), [&](Index, Index) { return sums[next++]; });
}

bool all_finite(const Eigen::Ref<const Field>& values)
{
    return of_blocks(values, [](const auto& part) { return (0.0 * part).sum(); }).sum() == 0.0;
}

double lowest(const Eigen::Ref<const Field>& values)
{
    const Field found = of_blocks(values, [](const auto& part) { return part.minCoeff(); });
    return found.size() > 0 ? found.minCoeff() : infinite;
}

}  // namespace widelimit
