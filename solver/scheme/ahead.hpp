// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include "widelimit/core/prefetch.hpp"

namespace widelimit {

/// What slabs to come read and write, asked of memory bit by bit while one is computed: left to itself, a
/// loop waits where it comes to cells that no other loop had before, and memory is idle in all others.
class Ahead {
public:
    template <class Real>
    void add(const Real* from, Index count)
    {
        const Index bytes = count * static_cast<Index>(sizeof(Real));
        ranges_[number_++] = {reinterpret_cast<const char*>(from), bytes};
        lines_ += (bytes + line_of_cache - 1) / line_of_cache;
    }
    /// All is asked for within this number of calls of `next`.
    void spread(Index calls) { share_ = (lines_ + calls - 1) / calls; }
    void next()
    {
        for (Index k = 0; k < share_ && range_ < number_; ++k) {
            prefetch(ranges_[range_].from + done_, line_of_cache);
            done_ += line_of_cache;
            if (done_ >= ranges_[range_].bytes) {
                ++range_;
                done_ = 0;
            }
        }
    }

private:
    struct Range {
        const char* from;
        Index bytes;
    };
    std::array<Range, 5> ranges_{};
    std::size_t number_ = 0, range_ = 0;
    Index lines_ = 0, share_ = 0, done_ = 0;
};

}  // namespace widelimit
