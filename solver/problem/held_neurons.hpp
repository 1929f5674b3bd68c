// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/problem/features.hpp"

namespace widelimit {

/// Units that can be evaluated once for both sums.
class HeldUnits {
public:
    virtual ~HeldUnits() = default;
    /// Number of nodes.
    virtual Index size() const = 0;
    /// Of points: weights x points.
    virtual Matrix weights(const Matrix& points) const = 0;
    /// sigma and sigma' at all nodes (points x nodes); returns sum_j c_j sigma_j.
    virtual Field hold(const Matrix& weights, const Field& c, Matrix& value, Matrix& slope) const = 0;
    /// `pull` of Features from these.
    virtual void pull_held(const Matrix& weights, const Matrix& value, const Matrix& slope, const Field& r,
                           Field& g, Matrix& gradient) const = 0;
};

/// Pairs of neurons and nodes whose units and slopes come back from a cache (4 MB) sooner than they are
/// computed again.
constexpr Index most_held_pairs = Index{1} << 18;

/// Sums that hold units from `push` to the next `pull`; `otherwise` is for what is not held.
std::unique_ptr<MovingNeurons> make_held_neurons(const HeldUnits& units,
                                                 std::unique_ptr<MovingNeurons> otherwise);

}  // namespace widelimit
