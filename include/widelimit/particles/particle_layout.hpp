// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Names the parts of the one flat Field that is a network of finite width:
///
///     [ coordinates of particle 0, of particle 1, ... | log mass of particle 0, 1, ... ]
///
/// Angles are not wrapped, so that a state is a continuous function of time.
struct ParticleLayout {
    Index coordinates = 0;
    Index width = 0;

    Index size() const { return (coordinates + 1) * width; }

    /// coordinates x width.
    Eigen::Map<const Matrix> points(const Field& state) const { return {state.data(), coordinates, width}; }
    Eigen::Map<Matrix> points(Field& state) const { return {state.data(), coordinates, width}; }
    /// to = from for some particles.
    void copy(const Field& from, Index first, Index count, Field& to) const
    {
        std::copy_n(from.data() + coordinates * first, coordinates * count, to.data() + coordinates * first);
        const Index masses = coordinates * width + first;
        std::copy_n(from.data() + masses, count, to.data() + masses);
    }

    auto log_masses(const Field& state) const { return state.tail(width); }
    auto log_masses(Field& state) const { return state.tail(width); }
};

}  // namespace widelimit
