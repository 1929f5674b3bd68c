// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/stepper.hpp"

#include "odeint.hpp"
#include "split.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// state + dt * rate, where the rate uses the potential at the predictions of the end of the step.  The
/// update is linear in the potential, so that the n equations of Flow::foresee are those of the step itself.
class ImplicitPredictions : public Stepper {
public:
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        const double scaled = dt * flow.speed(t + dt);
        flow.foresee(state, t, scaled);
        rate_.setZero(state.size());
        for (const auto& part : flow.parts()) {
            part->add_rate(state, rate_);
        }
        trial = state + scaled * rate_;
        return {};
    }

    double limit(Flow& flow, const Field& state, double t) override
    {
        flow.prepare(state, t);
        double rate = 0.0;
        for (const auto& part : flow.parts()) {
            rate += 1.0 / part->rate_limit(state);
        }
        return over_speed(1.0 / rate, flow.speed(t));
    }
    int order() const override { return 1; }

private:
    Field rate_;
};

std::unique_ptr<Stepper> make_implicit_predictions(const StepperOptions&)
{
    return std::make_unique<ImplicitPredictions>();
}

}  // namespace

const std::vector<StepperEntry>& steppers()
{
    static const std::vector<StepperEntry> entries = {
        {"dopri5", "Dormand-Prince, order 5, steps chosen from an estimate of the error", make_dopri5},
        {"euler", "explicit Euler, order 1", make_euler},
        {"euler-maruyama", "Euler's step and noise, weak order 1: finite networks at a positive temperature",
         make_euler_maruyama},
        {"implicit-predictions", "implicit in the predictions, explicit in the measure: any mass, order 1",
         make_implicit_predictions},
        {"rk4", "classical Runge-Kutta, order 4 (particles, smooth flows)", make_rk4},
        {"split", "each part's own step (implicit diffusion, exact growth), symmetric composition, order 2",
         make_split},
        {"ssp-rk3", "strong-stability-preserving Runge-Kutta, order 3 (the default)", make_ssp_rk3},
        {"ssp-rk4",
         "strong-stability-preserving Runge-Kutta of ten stages, order 4, steps six of Euler's long",
         make_ssp_rk4},
    };
    return entries;
}

std::unique_ptr<Stepper> make_stepper(const std::string& name, const StepperOptions& options)
{
    std::string known;
    for (const StepperEntry& entry : steppers()) {
        if (entry.name == name) {
            return entry.make(options);
        }
        known += (known.empty() ? "" : ", ") + entry.name;
    }
    throw ConfigError("unknown stepper '" + name + "'; known: " + known);
}

}  // namespace widelimit
