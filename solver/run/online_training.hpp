// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "widelimit/run/ensemble.hpp"
#include "widelimit/time/flow.hpp"
#include "widelimit/time/stepper.hpp"

namespace widelimit {

/// Stochastic gradient descent of a full network (FullNetwork) on fresh data.  A state is [w_i as columns |
/// a_i]; it is advanced by OnlineStepper only, for there is no rate without noise.  Data are a function of
/// (seed, width, number of the step).
class OnlineFlow : public Flow {
public:
    OnlineFlow(const Problem& problem, Index width, std::uint64_t seed, const OnlineOptions& options);

    void begin_step(std::int64_t step) override { step_ = step; }
    void prepare(const Field&, double) override {}
    void foresee(const Field&, double, double) override;
    const std::vector<std::unique_ptr<Part>>& parts() const override { return parts_; }
    double coupling_limit(const Field&) const override;
    double speed(double t) const override { return problem_->speed(t); }

    /// Neurons that these reduced points (coordinates x width) stand for.
    Field lifted(const Matrix& points, const Field& signs) const;
    /// The state after `count` equal steps of training over dt.
    void train(Field& state, double t, double dt, Index count) const;
    /// Steps of training that are taken at a time, between two looks at the clock.
    Index bundle() const;

    Neurons neurons(const Field& state) const;
    /// With masses as they count in f, sum_i a_i |w_i| / width for instance.
    ReducedNeurons reduced(const Field& state) const;
    /// E (f - y)^2 / 2 over fresh data, the same for every state, and the weight decay.
    double objective(const Field& state) const;
    const OnlineOptions& options() const { return options_; }

private:
    double share() const { return problem_->initial.mass / static_cast<double>(width_); }

    const Problem* problem_;
    const FullNetwork* full_;
    Index width_;
    std::uint64_t seed_;
    OnlineOptions options_;
    std::int64_t step_ = 0;
    std::vector<std::unique_ptr<Part>> parts_;
};

class OnlineStepper : public Stepper {
public:
    explicit OnlineStepper(const OnlineFlow& flow) : flow_(&flow) {}
    Trial try_step(Flow& flow, double t, double dt, const Field& state, Field& trial) override;
    double limit(Flow& flow, const Field& state, double t) override;
    int order() const override { return 1; }

private:
    const OnlineFlow* flow_;
};

}  // namespace widelimit
