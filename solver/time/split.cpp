// SPDX-License-Identifier: BSD-3-Clause
#include "split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "widelimit/core/numbers.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {
namespace {

/// A part's own step of dt with the potential prepared last, in equal pieces of at most what the part allows
/// with it.  That potential may be a little faster than the one that chose dt: a few pieces more than `most`.
void advance_in_pieces(const Part& part, Field& state, double dt, Advance how, int most)
{
    const double limit = most > 1 ? part.advance_limit(state) : infinite;
    const double pieces = dt > limit ? std::min(std::ceil(dt / limit), 2.0 * most) : 1.0;
    for (double k = 0.0; k < pieces; ++k) {
        part.advance(state, dt / pieces, how);
    }
}

std::string complaint(const Flow& flow, const Field& trial)
{
    if (!all_finite(trial)) {
        return "not all numbers are finite";
    }
    const Index masses = flow.nonnegative();
    return masses > 0 && lowest(trial.head(masses)) < 0.0 ? "negative mass" : "";
}

class Split : public Stepper {
public:
    Split(double fall_back, int substeps) : fall_back_(fall_back), substeps_(substeps) {}

    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override
    {
        const auto go = [&](Advance how) {
            prepare_middle(flow, t, dt, state);
            copy(state, trial);
            compose(flow, dt * flow.speed(t + 0.5 * dt), how, trial);
            return complaint(flow, trial);
        };
        const std::string refused = go(Advance::accurate);
        if (refused.empty() || !(dt < fall_back_ * limit(flow, state, t))) {
            return {refused};
        }
        return {go(Advance::robust), true};
    }

    double limit(Flow& flow, const Field& state, double t) override
    {
        flow.prepare(state, t);
        double limit = flow.coupling_limit(state);
        for (const auto& part : flow.parts()) {
            limit = std::min(limit, substeps_ * part->advance_limit(state));
        }
        return over_speed(limit, flow.speed(t));
    }
    int order() const override { return 2; }
    int stages() const override { return 2; }

private:
    void advance(const Part& part, Field& state, double dt, Advance how) const
    {
        advance_in_pieces(part, state, dt, how, substeps_);
    }

    /// Evaluates the potential in the middle of the step, at the state that robust steps of half dt predict.
    void prepare_middle(Flow& flow, double t, double dt, const Field& state) const
    {
        flow.prepare(state, t);
        if (!flow.interacts()) {
            return;
        }
        Field predicted;
        copy(state, predicted);
        const double half = 0.5 * dt * flow.speed(t + 0.5 * dt);
        for (const auto& part : flow.parts()) {
            advance(*part, predicted, half, Advance::robust);
        }
        flow.prepare(predicted, t + 0.5 * dt);
    }

    /// Strang's symmetric composition of the parts' own steps with the potential prepared last.
    void compose(const Flow& flow, double dt, Advance how, Field& state) const
    {
        const auto& parts = flow.parts();
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            advance(*parts[i], state, 0.5 * dt, how);
        }
        advance(*parts.back(), state, dt, how);
        for (std::size_t i = parts.size() - 1; i-- > 0;) {
            advance(*parts[i], state, 0.5 * dt, how);
        }
    }

    double fall_back_;
    int substeps_;
};

}  // namespace

std::unique_ptr<Stepper> make_split(const StepperOptions& options)
{
    return std::make_unique<Split>(options.fall_back, options.substeps);
}

double over_speed(double limit, double speed)
{
    return speed > 0.0 ? limit / speed : std::numeric_limits<double>::infinity();
}

}  // namespace widelimit
