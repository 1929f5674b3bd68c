// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/outputs.hpp"

namespace widelimit {
namespace {

constexpr std::int64_t steps_of_rest = 10;

class Settle : public Observer {
public:
    Settle(GridFlow& flow, double rate) : flow_(&flow), rate_(rate) {}

    void start(Clock& clock, const Field& state) override
    {
        look(clock, state);
        stop_at_rest(clock);
    }
    void observe(Clock& clock, const Field& state) override
    {
        const double before = objective_, then = time_;
        look(clock, state);
        quiet_ = before - objective_ < rate_ * (time_ - then) ? quiet_ + 1 : 0;
        stop_at_rest(clock);
    }
    void save(Checkpoint& checkpoint) const override { checkpoint.integers["settle.quiet"] = quiet_; }
    void restore(const Checkpoint& checkpoint) override { quiet_ = checkpoint.integers.at("settle.quiet"); }

private:
    void look(const Clock& clock, const Field& state)
    {
        flow_->prepare(state, clock.time());
        objective_ = flow_->evaluation().objective();
        time_ = clock.time();
    }
    void stop_at_rest(Clock& clock) const
    {
        if (quiet_ >= steps_of_rest) {
            clock.stop();
        }
    }

    GridFlow* flow_;
    double rate_, objective_ = 0.0, time_ = 0.0;
    std::int64_t quiet_ = 0;
};

}  // namespace

std::unique_ptr<Observer> make_settle(GridFlow& flow, double rate)
{
    return std::make_unique<Settle>(flow, rate);
}

}  // namespace widelimit
