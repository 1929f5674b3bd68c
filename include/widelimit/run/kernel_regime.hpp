// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "widelimit/certificate/kernel_machine.hpp"
#include "widelimit/energy/tangent_kernel.hpp"
#include "widelimit/run/observer.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// Why a problem has no tangent kernel, in words; "" where it has one.
std::string no_kernel(const Problem& problem, bool grid);

/// A flow beside the one that is linearised at its start (output.kernel).  K is the tangent kernel T at the
/// start per unit mass and of predictions without problem.scale.
class KernelRegime : public Observer {
public:
    KernelRegime(GridFlow& flow, const Field& start);

    /// Integrates df/dt = -s T R'(f) to the clock's time.
    void start(Clock& clock, const Field& state) override;
    void observe(Clock& clock, const Field& state) override;
    void save(Checkpoint& checkpoint) const override;
    void restore(const Checkpoint& checkpoint) override;

    /// |f|_K of predictions.
    double norm(const Field& f) const;
    /// Predictions of the linearised flow now, and the largest rms distance of the flow to it so far.
    const Field& linearised() const { return linearised_; }
    double largest_distance() const { return largest_; }
    /// Of the kernel in closed form where that is known, else of the grid's: for labels.
    const KernelMargin& machine() const { return *machine_; }
    bool has_machine() const { return machine_.has_value(); }
    const KernelFunction& interpolant() const { return interpolant_; }
    const Matrix& kernel() const { return truth_; }
    /// The signed measure on the base whose predictions are those of the kernel machine or interpolant.
    Field measure() const;

private:
    double distance(const Field& f) const;
    Field penalty_at_start(const Field& start) const;
    Field rate(const Field& f) const;

    GridFlow* flow_;
    TangentKernel tangent_;
    Matrix kernel_, truth_;
    double unit_ = 1.0;  ///< T over K
    Field drift_, linearised_;
    std::optional<KernelMargin> machine_;
    KernelFunction interpolant_;
    double time_ = 0.0, largest_ = 0.0, fastest_ = 0.0;
    bool restored_ = false;
};

}  // namespace widelimit
