// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Bytes that memory gives at a time.
constexpr Index line_of_cache = 64;

/// Whether arrays of so many numbers each, a few of which take turns, come from memory or a shared cache
/// rather than from a core's own: what is asked for ahead costs time in the place of saving it where it is
/// there anyway.
constexpr bool come_from_afar(Index numbers)
{
    return numbers >= Index{1} << 18;
}

/// Asks for `count` numbers and goes on without them.  They go to the second-level cache: the first one is
/// full of what loops work on meanwhile.
template <class T>
void prefetch(const T* from, Index count)
{
    constexpr Index numbers = line_of_cache / static_cast<Index>(sizeof(T));
    for (Index k = 0; k < count; k += numbers) {
        __builtin_prefetch(from + k, 0, 2);
    }
}

}  // namespace widelimit
