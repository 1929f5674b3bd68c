// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/time/flow.hpp"

namespace widelimit {

/// Takes exactly one step of exactly dt.
///
/// Rules: `try_step` commits nothing, it writes the trial only; it returns an empty string, or the reason
/// why the trial is not worth judging (the caller then tries a smaller dt); it keeps no memory from step to
/// step, so that a restart needs none.
class Stepper {
public:
    virtual ~Stepper() = default;
    virtual std::string try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) = 0;
    /// Largest dt that is worth trying from here.
    virtual double limit(Flow& flow, const Field& state, double t) = 0;
    /// Order of the local time discretisation for a smooth sum of rates.
    virtual int order() const = 0;
};

struct StepperEntry {
    std::string name, meaning;
    std::unique_ptr<Stepper> (*make)();
};

/// euler, ssp-rk3, rk4 (explicit, sums of rates, Boost.Odeint); split (each part's own step);
/// euler-maruyama (euler and the noise of the flow); implicit-predictions (sum of rates with the potential of
/// the step's end).
const std::vector<StepperEntry>& steppers();

/// Throws ConfigError naming the known ones.
std::unique_ptr<Stepper> make_stepper(const std::string& name);

}  // namespace widelimit
