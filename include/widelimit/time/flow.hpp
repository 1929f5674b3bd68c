// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// How a part takes its own step.
enum class Advance {
    accurate,  ///< of second order in dt where the part has such a step
    robust     ///< of first order at least; nonnegative masses stay nonnegative up to advance_limit
};

/// One mechanism of a flow: transport, drift and diffusion, growth, source.  Every method works with what
/// Flow::prepare or Flow::foresee computed last (the potential); none of them evaluates it again.
class Part {
public:
    virtual ~Part() = default;
    virtual std::string name() const = 0;
    /// rate += the part's rate of change of the state.
    virtual void add_rate(const Field& state, Field& rate) const = 0;
    /// Largest dt for which state + dt * rate keeps what the part guarantees (positivity).
    virtual double rate_limit(const Field& state) const = 0;
    /// Whether rate_limit is for accuracy alone: a stepper that estimates its error may pass it.
    virtual bool limits_accuracy() const { return false; }
    /// Advances the state by dt with the potential frozen as a function on Theta (whatever state it was
    /// prepared with): the part's own step, exact or implicit.
    virtual void advance(Field& state, double dt, Advance how) const = 0;
    /// Largest dt for `advance`; infinity where it is unconditional.
    virtual double advance_limit(const Field& state) const = 0;
};

/// A dynamical system over one flat Field: a measure on a grid, a set of particles, ...
///
/// Rules: `prepare` may be called with any state and keeps what the parts share until the next call;
/// nothing is committed by any method; `tidy` is called once on the result of each step.
class Flow {
public:
    virtual ~Flow() = default;
    /// The number of the step to come: all that a flow with noise needs to draw the same numbers again.
    virtual void begin_step(std::int64_t /*step*/) {}
    /// Evaluates whatever the parts share at (state, t): predictions, slope of the risk, potential.
    virtual void prepare(const Field& state, double t) = 0;
    /// As `prepare`, but with the potential that belongs to the predictions at the end of a step of dt:
    /// r = slope(f(dt, r)).  Throws ConfigError where the flow has no predictions.
    virtual void foresee(const Field& state, double t, double dt) = 0;
    virtual const std::vector<std::unique_ptr<Part>>& parts() const = 0;
    /// Whether what `prepare` computes depends on the state or on t; if not, the potential is fixed.
    virtual bool interacts() const { return true; }
    /// Number of leading entries of a state that must not be negative (0: none).
    virtual Index nonnegative() const { return 0; }
    /// Sizes against which errors of the entries count in a step from `before` to `after`; by default
    /// 1 + max(|before|, |after|).
    virtual Field sizes(const Field& before, const Field& after) const;
    /// Limit on an explicit dt from the response of the potential itself (1 over the largest rate).
    virtual double coupling_limit(const Field& state) const = 0;
    /// state += the noise of a step of dt, zero where there is none.  A function of the number of the step.
    virtual void add_noise(Field& /*state*/, double /*dt*/) const {}
    /// Brings a new state to its normal form without changing what it stands for.
    virtual void tidy(Field& /*state*/) const {}
    /// s(t) of d_t mu = s(t) {...}.
    virtual double speed(double /*t*/) const { return 1.0; }

    /// Sum of the parts' rates times speed(t).
    void rate(const Field& state, Field& rate, double t);

    /// A stage of a strong-stability-preserving method: with y = state + dt * rate,
    ///     out = y + share * (start - y).
    /// `out` is neither `state` nor `start`.
    virtual void stage(const Field& state, double t, double dt, const Field& start, double share, Field& out);

private:
    Field rate_;  ///< of the last stage
};

}  // namespace widelimit
