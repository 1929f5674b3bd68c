// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/scheme/grid_flow.hpp"
#include "widelimit/time/clock.hpp"

namespace widelimit {

/// The steps of a grid flow by ssp-rk3 from a start: which they were, and the states they began with, some
/// kept and the others computed anew from these.
class Trajectory {
public:
    struct Step {
        double time = 0.0, dt = 0.0;
    };
    /// States that the stages of a step are taken at, and their times.
    struct Stages {
        std::array<Field, 3> states;
        std::array<double, 3> times;
    };

    /// Goes to the last of `times` (increasing, positive); a step ends at each of them.  NumericalError and
    /// Interruption as from `evolve`.
    Trajectory(GridFlow& flow, const Field& start, const Clock::Limits& limits,
               const std::vector<double>& times);

    Index steps() const { return static_cast<Index>(steps_.size()); }
    const Step& step(Index k) const { return steps_[static_cast<std::size_t>(k)]; }
    /// The step that begins at the j-th of the times; `steps()` for the last.
    Index begins_at(std::size_t j) const { return begins_[j]; }
    /// At the beginning of step k; after the last step for k = steps().
    const Field& state(Index k);
    Stages stages(Index k);

private:
    class Recorder;
    void keep(const Field& state);
    Field next(Index k, const Field& state);

    GridFlow* flow_;
    std::vector<Step> steps_;
    std::vector<Index> begins_;
    Index apart_ = 1;             ///< every so many states are kept
    std::vector<Field> kept_;     ///< of the steps 0, apart, 2 apart, ...
    std::vector<Field> segment_;  ///< from a kept one to the next
    Index segment_from_ = -1;
};

}  // namespace widelimit
