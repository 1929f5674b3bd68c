// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/core/blocks.hpp"
#include "widelimit/run/fluctuations.hpp"
#include "widelimit/run/trajectory.hpp"
#include "widelimit/scheme/linearisation.hpp"

namespace widelimit {

/// The derivative of a step of ssp-rk3: J at its stages, one after another, times the speed and dt.
class LinearStep {
public:
    LinearStep(GridFlow& flow, Linearisation& linear) : flow_(&flow), linear_(&linear) {}

    void begin(const Trajectory::Stages& stages, double dt)
    {
        stages_ = &stages;
        dt_ = dt;
    }
    /// The linearisation at stage k, and dt times the speed there.
    double at(std::size_t k);
    /// The transposed of the derivative of a step.
    void back(Matrix& w);
    /// The derivative of a step, and that of the shifts, one a group of columns, with what these bend into
    /// it.
    void forth(const Blocks& groups, Matrix& v, Matrix& shifts);

private:
    GridFlow* flow_;
    Linearisation* linear_;
    const Trajectory::Stages* stages_ = nullptr;
    double dt_ = 0.0;
};

Field flat(const Matrix& matrix);
Matrix unflat(const Field& all, Index rows);

/// What was kept of a solve along these steps.
const Checkpoint* kept_before(const Keeper& keeper, const Trajectory& trajectory,
                              const std::vector<double>& times);

/// Keeps what `now` makes of the solve at its step k, if it is time to; then stops if it was asked to.
void keep_and_go_on(const Keeper& keeper, const Trajectory& trajectory, const std::vector<double>& times,
                    Index k, const std::function<Checkpoint()>& now);

/// The flow and its linearisation at the beginning of step k, after the last one for k = steps().
void go_to(GridFlow& flow, Linearisation& linear, Trajectory& trajectory, const std::vector<double>& times,
           Index k);

}  // namespace widelimit
