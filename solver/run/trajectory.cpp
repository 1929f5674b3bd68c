// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/trajectory.hpp"

#include <algorithm>

#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/run/evolve.hpp"
#include "widelimit/run/observer.hpp"

namespace widelimit {

/// Ends steps at the times, and hands states and steps over.
class Trajectory::Recorder : public Observer {
public:
    Recorder(Trajectory& path, const std::vector<double>& times) : path_(&path), times_(&times) {}

    double next_event(double time) const override { return next_after(*times_, time); }
    void observe(Clock& clock, const Field& state) override
    {
        path_->steps_.push_back({before_, clock.last_dt()});
        before_ = clock.time();
        if (std::binary_search(times_->begin(), times_->end(), before_)) {
            path_->begins_.push_back(path_->steps());
        }
        path_->keep(state);
    }

private:
    Trajectory* path_;
    const std::vector<double>* times_;
    double before_ = 0.0;
};

Trajectory::Trajectory(GridFlow& flow, const Field& start, const Clock::Limits& limits,
                       const std::vector<double>& times)
    : flow_(&flow), kept_{start}
{
    expects(!times.empty() && times.front() > 0.0, "positive times");
    Clock::Limits own = limits;
    own.end = times.back();
    Clock clock(own);
    const auto stepper = make_stepper("ssp-rk3");
    Observers observers;
    observers.push_back(make_state_guard(flow.nonnegative(), [&](Index k) { return flow.entry_name(k); }));
    observers.push_back(std::make_unique<Recorder>(*this, times));
    Field state = start;
    evolve(flow, state, *stepper, clock, observers);
    if (interrupted() != 0) {
        throw Interruption();
    }
    expects(begins_.size() == times.size(), "a step ends at every time");
}

/// Of so many numbers in all, half a gigabyte; then every second state is dropped.
void Trajectory::keep(const Field& state)
{
    constexpr Index most = Index{1} << 26;
    if (steps() % apart_ != 0) {
        return;
    }
    kept_.push_back(state);
    if (static_cast<Index>(kept_.size()) > 2 && static_cast<Index>(kept_.size()) * state.size() > most) {
        std::vector<Field> fewer;
        for (std::size_t k = 0; k < kept_.size(); k += 2) {
            fewer.push_back(std::move(kept_[k]));
        }
        kept_ = std::move(fewer);
        apart_ *= 2;
    }
}

Trajectory::Stages Trajectory::stages(Index k)
{
    const Step& now = step(k);
    Stages all;
    all.states[0] = state(k);
    all.times = {now.time, now.time + now.dt, now.time + 0.5 * now.dt};
    flow_->stage(all.states[0], all.times[0], now.dt, all.states[0], 0.0, all.states[1]);
    flow_->stage(all.states[1], all.times[1], now.dt, all.states[0], 0.75, all.states[2]);
    return all;
}

Field Trajectory::next(Index k, const Field& state)
{
    const Step& now = step(k);
    Field trial;
    make_stepper("ssp-rk3")->try_step(*flow_, now.time, now.dt, state, trial);
    flow_->tidy(trial);
    return trial;
}

const Field& Trajectory::state(Index k)
{
    expects(k >= 0 && k <= steps(), "a state of the trajectory");
    const Index from = k / apart_ * apart_;
    if (k == from) {
        return kept_[static_cast<std::size_t>(k / apart_)];
    }
    if (from != segment_from_) {
        segment_ = {kept_[static_cast<std::size_t>(from / apart_)]};
        segment_from_ = from;
    }
    while (static_cast<Index>(segment_.size()) <= k - from) {
        const Index last = from + static_cast<Index>(segment_.size()) - 1;
        segment_.push_back(next(last, segment_.back()));
    }
    return segment_[static_cast<std::size_t>(k - from)];
}

}  // namespace widelimit
