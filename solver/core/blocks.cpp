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
    // As many terms at a time as stay in the caches of the threads, one at least for each.
    constexpr Index most_terms = 64, cache = 32768;
    const Index number = blocks.number(), threads = threads_in_use(),
                fit = threads * std::max<Index>(1, cache / std::max<Index>(1, sum.size()));
    const bool shared = blocks.shared() && threads > 1;
    const Index at_once = shared ? std::min({number, most_terms, fit}) : 1;
    std::vector<Field> terms(static_cast<std::size_t>(at_once));
    for (Index from = 0; from < number; from += at_once) {
        const Index count = std::min(at_once, number - from);
        for_each_block({count, 1, shared ? 1 : count + 1}, [&](Index k, Index) {
            Field& term = terms[static_cast<std::size_t>(k)];
            term.setZero(sum.size());
            add(blocks.first(from + k), blocks.length(from + k), term);
        });
        for_each_block({sum.size(), 2048, 4}, [&](Index first, Index length) {
            for (Index k = 0; k < count; ++k) {
                sum.segment(first, length) += terms[static_cast<std::size_t>(k)].segment(first, length);
            }
        });
    }
}

}  // namespace widelimit
