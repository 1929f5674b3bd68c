// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/time/stepper.hpp"

#include <limits>

#include "odeint.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

double over_speed(double limit, double speed)
{
    return speed > 0.0 ? limit / speed : std::numeric_limits<double>::infinity();
}

/// Strang's symmetric composition of the parts' own steps, the potential evaluated anew before each.
class Split : public Stepper {
public:
    std::string try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        trial = state;
        const double scaled = dt * flow.speed(t + 0.5 * dt);
        const auto& parts = flow.parts();
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            flow.prepare(trial, t);
            parts[i]->advance(trial, 0.5 * scaled, Advance::accurate);
        }
        flow.prepare(trial, t + 0.5 * dt);
        parts.back()->advance(trial, scaled, Advance::accurate);
        for (std::size_t i = parts.size() - 1; i-- > 0;) {
            flow.prepare(trial, t + dt);
            parts[i]->advance(trial, 0.5 * scaled, Advance::accurate);
        }
        return {};
    }

    double limit(Flow& flow, const Field& state, double t) override
    {
        flow.prepare(state, t);
        double limit = std::numeric_limits<double>::infinity();
        for (const auto& part : flow.parts()) {
            limit = std::min(limit, part->advance_limit(state));
        }
        return over_speed(limit, flow.speed(t));
    }
    int order() const override { return 1; }
};

/// state + dt * rate, where the rate uses the potential at the predictions of the end of the step.  The
/// update is linear in the potential, so that the n equations of Flow::foresee are those of the step itself.
class ImplicitPredictions : public Stepper {
public:
    std::string try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
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

template <class Kind>
std::unique_ptr<Stepper> make()
{
    return std::make_unique<Kind>();
}

}  // namespace

const std::vector<StepperEntry>& steppers()
{
    static const std::vector<StepperEntry> entries = {
        {"euler", "explicit Euler, order 1", make_euler},
        {"euler-maruyama", "Euler's step and noise, weak order 1: finite networks at a positive temperature",
         make_euler_maruyama},
        {"implicit-predictions", "implicit in the predictions, explicit in the measure: any mass, order 1",
         make<ImplicitPredictions>},
        {"rk4", "classical Runge-Kutta, order 4 (particles, smooth flows)", make_rk4},
        {"split", "each part's own step (implicit diffusion, exact growth), symmetric composition",
         make<Split>},
        {"ssp-rk3", "strong-stability-preserving Runge-Kutta, order 3 (the default)", make_ssp_rk3},
    };
    return entries;
}

std::unique_ptr<Stepper> make_stepper(const std::string& name)
{
    std::string known;
    for (const StepperEntry& entry : steppers()) {
        if (entry.name == name) {
            return entry.make();
        }
        known += (known.empty() ? "" : ", ") + entry.name;
    }
    throw ConfigError("unknown stepper '" + name + "'; known: " + known);
}

}  // namespace widelimit
