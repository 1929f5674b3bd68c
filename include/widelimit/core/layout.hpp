// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Names the parts of the one flat Field that is a measure mu = exp(log mass) * p on a grid:
///
///     [ channel 0: cells, point cells | channel 1: cells, point cells | ... | log mass ]
///
/// The entries are masses of p, not densities, so that cells and point cells are alike and every flux
/// moves exactly what it takes.  A channel is one value of a sign; without signs there is one channel.
struct Layout {
    Index cells = 0;
    Index points = 0;
    Index channels = 1;

    Index sites() const { return cells + points; }
    Index masses() const { return channels * sites(); }
    Index log_mass() const { return masses(); }
    Index size() const { return masses() + 1; }

    auto channel(const Field& state, Index c) const { return state.segment(c * sites(), sites()); }
    auto channel(Field& state, Index c) const { return state.segment(c * sites(), sites()); }
    auto measure(const Field& state) const { return state.head(masses()); }
    auto measure(Field& state) const { return state.head(masses()); }
};

}  // namespace widelimit
