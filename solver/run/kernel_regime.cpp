// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/kernel_regime.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "closed_kernels.hpp"

namespace widelimit {

std::string no_kernel(const Problem& problem, bool grid)
{
    if (!problem.features || !problem.risk || problem.interaction || problem.internal || problem.warm()) {
        return "tangent kernels are for networks on data at temperature 0";
    }
    if (grid && problem.amplitude == Amplitude::axis) {
        return "tangent kernels on a grid are for amplitudes that are no coordinate";
    }
    return problem.growth.kind == Growth::Kind::mean_preserving
               ? "tangent kernels are for the growth laws none, proportional and linear"
               : "";
}

KernelRegime::KernelRegime(GridFlow& flow, const Field& start) : flow_(&flow), tangent_(flow.energy(), start)
{
    const Problem& problem = flow.problem();
    const double mass = problem.growth.kind == Growth::Kind::linear
                            ? 1.0
                            : std::exp(start[flow.layout().log_mass()]) * flow.layout().measure(start).sum();
    unit_ = mass * problem.amplitude_scale * problem.amplitude_scale;
    kernel_ = tangent_.matrix() / unit_;
    truth_ = knows_closed_kernels(problem) ? closed_kernel(problem, problem.node_inputs) : kernel_;
    // A constant V pulls too, where masses grow.
    drift_ = Field::Zero(kernel_.rows());
    if (problem.growth.kind == Growth::Kind::proportional) {
        flow.prepare(start, 0.0);
        drift_ = -problem.growth.kappa * penalty_at_start(start);
    }
    const Field& targets = problem.risk->nodes().targets;
    if (problem.risk->classifies()) {
        machine_ = largest_kernel_margin(truth_, targets);
        interpolant_ = machine_->function;
    } else {
        interpolant_ = kernel_interpolant(truth_, targets);
    }
    fastest_ = tangent_.matrix().trace();
}

/// int V phi dmu.
Field KernelRegime::penalty_at_start(const Field& start) const
{
    Field weighted = start;
    const Layout& layout = flow_->layout();
    for (Index c = 0; c < layout.channels; ++c) {
        auto channel = layout.channel(weighted, c);
        channel = channel.cwiseProduct(flow_->energy().confinement()).eval();
    }
    return flow_->energy().predictions(weighted);
}

void KernelRegime::start(Clock& clock, const Field& state)
{
    if (!restored_) {
        time_ = clock.time();
        flow_->prepare(state, time_);
        linearised_ = flow_->evaluation().predictions;
    }
}

Field KernelRegime::rate(const Field& f) const
{
    return drift_ - tangent_.matrix() * flow_->problem().risk->slope(f);
}

/// By Runge and Kutta's method of order 4, with steps well below the fastest rate.
void KernelRegime::observe(Clock& clock, const Field& state)
{
    const double length = flow_->speed(0.5 * (time_ + clock.time())) * (clock.time() - time_);
    const double stiff = fastest_ * flow_->problem().risk->stiffness(linearised_) *
                         flow_->problem().risk->nodes().weights.maxCoeff();
    const double steps = std::min(1e6, std::max(2.0, std::ceil(length * stiff / 0.5)));
    const double h = length / steps;
    Field f = linearised_;
    for (double k = 0.0; k < steps; ++k) {
        const Field a = rate(f), b = rate(f + 0.5 * h * a), c = rate(f + 0.5 * h * b), d = rate(f + h * c);
        f += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
    }
    linearised_ = f;
    time_ = clock.time();
    flow_->prepare(state, time_);
    largest_ = std::max(largest_, distance(flow_->evaluation().predictions));
}

double KernelRegime::distance(const Field& f) const
{
    return (f - linearised_).norm() / std::sqrt(static_cast<double>(f.size()));
}

double KernelRegime::norm(const Field& f) const
{
    Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
    solver.setThreshold(1e-13);
    solver.compute(kernel_);
    return std::sqrt(std::max(0.0, f.dot(solver.solve(f).eval())));
}

Field KernelRegime::measure() const
{
    return tangent_.measure_of(interpolant_.coefficients) / unit_;
}

void KernelRegime::save(Checkpoint& checkpoint) const
{
    checkpoint.fields["kernel.predictions"] = linearised_;
    checkpoint.numbers["kernel.time"] = time_;
    checkpoint.numbers["kernel.largest"] = largest_;
}

void KernelRegime::restore(const Checkpoint& checkpoint)
{
    linearised_ = checkpoint.fields.at("kernel.predictions");
    time_ = checkpoint.numbers.at("kernel.time");
    largest_ = checkpoint.numbers.at("kernel.largest");
    restored_ = true;
}

}  // namespace widelimit
