// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/blocks.hpp"

#include <vector>

#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/parallel.hpp"

namespace widelimit {

void for_each_block(const Blocks& blocks, const std::function<void(Index, Index)>& visit)
{
    const auto task = [&](Index b) {
        interruption_point();
        visit(blocks.first(b), blocks.length(b));
    };
    if (blocks.shared()) {
        parallel_for(blocks.number(), task, Sharing::in_parts);
        return;
    }
    for (Index b = 0; b < blocks.number(); ++b) {
        task(b);
    }
}

Field of_blocks(const Blocks& blocks, const std::function<double(Index, Index)>& number)
{
    Field numbers(blocks.number());
    for_each_block(blocks,
                   [&](Index first, Index length) { numbers[first / blocks.size] = number(first, length); });
    return numbers;
}

void add_blocks(const Blocks& blocks, const std::function<void(Index, Index, Field&)>& add, Field& sum)
{
    constexpr Index at_once = 64;
    const Index number = blocks.number();
    std::vector<Field> terms(static_cast<std::size_t>(blocks.shared() ? std::min(at_once, number) : 1));
    const auto round = static_cast<Index>(terms.size());
    for (Index from = 0; from < number; from += round) {
        const Blocks part{std::min(round, number - from), 1, blocks.shared() ? 1 : round + 1};
        for_each_block(part, [&](Index k, Index) {
            Field& term = terms[static_cast<std::size_t>(k)];
            term.setZero(sum.size());
            add(blocks.first(from + k), blocks.length(from + k), term);
        });
        for (Index k = 0; k < part.count; ++k) {
            sum += terms[static_cast<std::size_t>(k)];
        }
    }
}

}  // namespace widelimit
