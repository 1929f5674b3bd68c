// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/run/observer.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit {

/// In the soft clock, the time of the risk's own one: int exp(l) dt with l = Risk::log_clock, which grows
/// like the exponential of margin times mass, and is therefore known by its logarithm.  Between the ends of a
/// step l is taken to be linear.
class ClassicalClock : public Observer {
public:
    explicit ClassicalClock(GridFlow& flow) : flow_(&flow) {}

    void start(Clock& clock, const Field& state) override;
    void observe(Clock& clock, const Field& state) override;
    void save(Checkpoint& checkpoint) const override;
    void restore(const Checkpoint& checkpoint) override;

    /// -infinity at time 0.
    double log_time() const { return log_time_; }

private:
    double rate(double time, const Field& state);

    GridFlow* flow_;
    double time_ = 0.0, rate_ = 0.0;
    double log_time_ = -std::numeric_limits<double>::infinity();
    bool restored_ = false;
};

/// log of the integral of exp(l) over an interval of that length, l linear between its values at the ends.
double log_integral(double length, double first, double last);

}  // namespace widelimit
