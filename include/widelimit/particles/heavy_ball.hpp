// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// Gradient descent with momentum (Polyak's heavy ball) of a network of finite width.  A state is [x | v], x
/// that of the network's own flow x' = u(x), and a step of dt is
///
///     v <- b v + (1 - b) (u(x) + xi),   x <- x + dt v,   b = momentum^(dt / step),
///
/// xi sqrt(2 tau M / dt) times normal numbers at a positive temperature.  In scripts that add gradients up,
/// v <- momentum v - gradient and x <- x + rate v, the step is rate / (1 - momentum).  To first order in the
/// step it follows l x'' + x' = u(x) with l = step (1 + momentum) / (2 (1 - momentum)), and with steps that
/// get small at the same l the kinetic equation l dv = (u - v) dt + sqrt(2 tau M) dW.
///
/// On a sphere steps end on it, and v is projected onto the tangents there.
class HeavyBall : public Flow {
public:
    /// `momentum` in (0, 1), of a step of `step`.
    HeavyBall(ParticleFlow& flow, double momentum, double step);

    void begin_step(std::int64_t step) override { flow_->begin_step(step); }
    void prepare(const Field& state, double t) override { flow_->prepare(position(state), t); }
    /// There is no part that could be advanced without the velocity.
    void foresee(const Field& state, double t, double dt) override;
    const std::vector<std::unique_ptr<Part>>& parts() const override { return no_parts_; }
    double coupling_limit(const Field& state) const override
    {
        return flow_->coupling_limit(position(state));
    }
    void tidy(Field& state) const override;
    double speed(double t) const override { return flow_->speed(t); }

    /// At rest.
    Field lifted(const Field& position) const;
    Field position(const Field& state) const { return state.head(flow_->layout().size()); }
    /// A step; what it needs of a state it computes.
    void step(const Field& state, double t, double dt, Field& result);
    /// dt of the flow's own Euler step, which is shorter than the largest stable one.
    double limit(const Field& state, double t);

private:
    ParticleFlow* flow_;
    double momentum_, step_;
    std::unique_ptr<Stepper> euler_;
    std::vector<std::unique_ptr<Part>> no_parts_;
};

class HeavyBallStepper : public Stepper {
public:
    explicit HeavyBallStepper(HeavyBall& flow) : flow_(&flow) {}
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override;
    double limit(Flow& flow, const Field& state, double t) override;
    int order() const override { return 1; }

private:
    HeavyBall* flow_;
};

}  // namespace widelimit
