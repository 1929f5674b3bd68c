// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/time/flow.hpp"
#include "widelimit/time/trial.hpp"

namespace widelimit {

/// Takes exactly one step of exactly dt.
///
/// Rules: `try_step` commits nothing, it writes the trial only; what it returns names the reason if the trial
/// is not worth judging (the caller then tries a smaller dt); it keeps no memory from step to step, so that a
/// restart needs none.
class Stepper {
public:
    virtual ~Stepper() = default;
    virtual Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) = 0;
    /// Largest dt that is worth trying from here.
    virtual double limit(Flow& flow, const Field& state, double t) = 0;
    /// Order of the local time discretisation for a smooth sum of rates.
    virtual int order() const = 0;
    /// Evaluations of the flow that a step takes.
    virtual int stages() const { return 1; }
};

struct StepperOptions {
    /// dopri5: error of a step over the sizes of Flow::sizes.
    double tolerance = 1e-6;
    /// split: below this fraction of its limit, a step that makes a mass negative is taken by the robust
    /// steps of the parts instead of being refused.
    double fall_back = 0.25;
    /// split: steps of a part within one of the potential, at most.
    int substeps = 1;
};

struct StepperEntry {
    std::string name, meaning;
    std::unique_ptr<Stepper> (*make)(const StepperOptions& options);
};

/// euler, ssp-rk3, ssp-rk4, rk4, dopri5 (explicit, sums of rates, Boost.Odeint; the last with an error
/// estimate); split (each part's own step); euler-maruyama (euler and the noise of the flow);
/// implicit-predictions (sum of rates with the potential of the step's end).
const std::vector<StepperEntry>& steppers();

/// Throws ConfigError naming the known ones.
std::unique_ptr<Stepper> make_stepper(const std::string& name, const StepperOptions& options = {});

}  // namespace widelimit
