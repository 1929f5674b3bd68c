// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/particles/heavy_ball.hpp"

#include <cmath>

#include "widelimit/core/error.hpp"

namespace widelimit {

HeavyBall::HeavyBall(ParticleFlow& flow, double momentum, double step)
    : flow_(&flow), momentum_(momentum), step_(step), euler_(make_stepper("euler"))
{
    expects(momentum > 0.0 && momentum < 1.0 && step > 0.0, "momentum between 0 and 1, of a positive step");
}

void HeavyBall::foresee(const Field&, double, double)
{
    throw ConfigError("gradient descent with momentum has no potential to foresee");
}

Field HeavyBall::lifted(const Field& position) const
{
    Field state = Field::Zero(2 * position.size());
    state.head(position.size()) = position;
    return state;
}

void HeavyBall::tidy(Field& state) const
{
    const Index size = flow_->layout().size();
    Field x = state.head(size);
    flow_->tidy(x);
    state.head(size) = x;
    if (flow_->problem().sphere == Sphere::none) {
        return;
    }
    Field v = state.tail(size);
    auto along = flow_->layout().points(v);
    const Matrix points = flow_->layout().points(x);
    for (Index j = 0; j < points.cols(); ++j) {
        along.col(j) -= points.col(j).dot(along.col(j)) * points.col(j);
    }
    state.tail(size) = v;
}

void HeavyBall::step(const Field& state, double t, double dt, Field& result)
{
    const Index size = flow_->layout().size();
    const Field x = position(state);
    const double kept = std::pow(momentum_, dt / step_);
    Field rate;
    flow_->rate(x, rate, t);
    if (flow_->problem().warm()) {
        Field noisy = x;
        flow_->add_noise(noisy, dt * flow_->speed(t));
        rate += (noisy - x) / dt;
    }
    result.resize(2 * size);
    result.tail(size) = kept * state.tail(size) + (1.0 - kept) * rate;
    result.head(size) = x + dt * result.tail(size);
}

double HeavyBall::limit(const Field& state, double t)
{
    return euler_->limit(*flow_, position(state), t);
}

Trial HeavyBallStepper::try_step(Flow&, double t, double dt, const Field& state, Field& trial)
{
    flow_->step(state, t, dt, trial);
    return {};
}

double HeavyBallStepper::limit(Flow&, const Field& state, double t)
{
    return flow_->limit(state, t);
}

}  // namespace widelimit
