// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/classical_clock.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/log_sum.hpp"

namespace widelimit {

double log_integral(double length, double first, double last)
{
    const double high = std::max(first, last), apart = std::abs(last - first);
    const double mean = apart < 1e-8 ? 1.0 - 0.5 * apart : -std::expm1(-apart) / apart;
    return std::log(length) + high + std::log(mean);
}

double ClassicalClock::rate(double time, const Field& state)
{
    flow_->prepare(state, time);
    return flow_->problem().risk->log_clock(flow_->evaluation().predictions) + std::log(flow_->speed(time));
}

void ClassicalClock::start(Clock& clock, const Field& state)
{
    if (!restored_) {
        time_ = clock.time();
        rate_ = rate(time_, state);
    }
}

void ClassicalClock::observe(Clock& clock, const Field& state)
{
    const double now = rate(clock.time(), state);
    const double step = log_integral(clock.time() - time_, rate_, now);
    log_time_ = log_sum_exp((Field(2) << log_time_, step).finished());
    time_ = clock.time();
    rate_ = now;
}

void ClassicalClock::save(Checkpoint& checkpoint) const
{
    checkpoint.numbers["classical.time"] = time_;
    checkpoint.numbers["classical.rate"] = rate_;
    checkpoint.numbers["classical.log"] = log_time_;
}

void ClassicalClock::restore(const Checkpoint& checkpoint)
{
    time_ = checkpoint.numbers.at("classical.time");
    rate_ = checkpoint.numbers.at("classical.rate");
    log_time_ = checkpoint.numbers.at("classical.log");
    restored_ = true;
}

}  // namespace widelimit
