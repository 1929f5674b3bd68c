// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "box_loops.hpp"
#include "box_sweep.hpp"
#include "slab_parts.hpp"

namespace widelimit {

/// Of some lines side by side: half the limited slopes in their first and last cells, and the flux from the
/// last to the first of a circle.
template <class Real>
class LineEnds {
public:
    LineEnds(const FluxScheme& scheme, const BoxSweep::Axis& along, Index most)
        : scheme_(&scheme),
          along_(along),
          numbers_({most, most, most, most, most, most, most, most}),
          flux_({most})
    {}

    /// find(line): its masses and psi.
    template <class Find>
    void sweep(Index lines, const Find& find)
    {
        const Index n = along_.cells;
        for (Index k = 0; k < lines; ++k) {
            const auto [u, psi] = find(k);
            const Real values[] = {u[n - 2], u[n - 1], u[0], u[1], psi[n - 1], psi[0]};
            for (std::size_t j = 0; j < std::size(values); ++j) {
                numbers_[2 + j][k] = values[j];
            }
        }
        const Real *before = numbers_[2], *last = numbers_[3], *first = numbers_[4], *second = numbers_[5];
        if (scheme_->reconstructs() && along_.circle) {
            limited_slopes(before, last, first, lines, last_slope());
            limited_slopes(last, first, second, lines, first_slope());
        } else if (scheme_->reconstructs()) {
            slopes_at_wall(last, before, Real(-1), lines, last_slope());
            slopes_at_wall(first, second, Real(1), lines, first_slope());
        }
        if (along_.circle) {
            scheme_->sweep(EvenFaces<Real>{last, first, numbers_[6], numbers_[7], last_slope(), first_slope(),
                                           static_cast<Real>(along_.conductance), lines},
                           flux());
        }
    }

    Real* first_slope() { return numbers_[0]; }
    Real* last_slope() { return numbers_[1]; }
    double* flux() { return flux_[0]; }

private:
    const FluxScheme* scheme_;
    BoxSweep::Axis along_;
    Arrays<Real> numbers_;
    Arrays<double> flux_;
};

}  // namespace widelimit
