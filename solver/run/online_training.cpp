// SPDX-License-Identifier: BSD-3-Clause
#include "online_training.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "widelimit/core/error.hpp"
#include "widelimit/core/products.hpp"

namespace widelimit {
namespace {

/// Set apart the streams of data, of tests and of lifted neurons from those of starts.
constexpr std::uint64_t data_seed = 0x6a09e667f3bcc908, test_seed = 0xbb67ae8584caa73b,
                        lift_seed = 0x3c6ef372fe94f82b;
constexpr Index test_block = 256;

using Inputs = Eigen::Map<Matrix>;

/// f at inputs x as columns; z is scratch, units x inputs, and then holds sigma there.
Field outputs_at(const FullNetwork& full, const Eigen::Ref<const Matrix>& w, const Field& a, const Matrix& x,
                 double share, Matrix& z)
{
    z.noalias() = w.transpose() * x;
    z.array() += full.shift;
    full.activation->value(z);
    return share * (z.transpose() * a);
}

}  // namespace

OnlineFlow::OnlineFlow(const Problem& problem, Index width, std::uint64_t seed, const OnlineOptions& options)
    : problem_(&problem), full_(problem.full.get()), width_(width), seed_(seed), options_(options)
{
    expects(full_ != nullptr, "a problem that is the limit of a full network");
}

void OnlineFlow::foresee(const Field&, double, double)
{
    throw ConfigError("a network that is trained online has no predictions to foresee");
}

double OnlineFlow::coupling_limit(const Field&) const
{
    return std::numeric_limits<double>::infinity();
}

Field OnlineFlow::lifted(const Matrix& points, const Field& signs) const
{
    const Index d = full_->dimension;
    Field state((d + 1) * width_);
    Inputs w(state.data(), d, width_);
    for (Index j = 0; j < width_; ++j) {
        Draws draws(
            Stream(seed_ ^ lift_seed, static_cast<std::uint32_t>(width_), static_cast<std::uint32_t>(j)));
        full_->lift(draws, points.col(j), signs[j], w.col(j), state[d * width_ + j]);
    }
    return state;
}

Index OnlineFlow::bundle() const
{
    const double work = static_cast<double>(full_->dimension) * static_cast<double>(width_ * options_.batch);
    return std::clamp(static_cast<Index>(4e6 / work), Index{1}, Index{256});
}

void OnlineFlow::train(Field& state, double t, double dt, Index count) const
{
    const Index d = full_->dimension, batch = options_.batch;
    Inputs w(state.data(), d, width_);
    Eigen::Map<Field> a(state.data() + d * width_, width_);
    Draws draws(
        Stream(seed_ ^ data_seed, static_cast<std::uint32_t>(width_), static_cast<std::uint32_t>(step_)));
    Matrix x(d, batch), z(width_, batch), slope(width_, batch);
    Field errors(batch);
    const double h = dt / static_cast<double>(count), mean = 1.0 / static_cast<double>(batch);
    for (Index k = 0; k < count; ++k) {
        for (Index b = 0; b < batch; ++b) {
            errors[b] = full_->sample(draws, x.col(b));
        }
        if (batch == 1) {
            z.col(0) = transposed_product(w, x.col(0));
        } else {
            z.noalias() = w.transpose() * x;
        }
        z.array() += full_->shift;
        full_->activation->value_and_slope(z, slope);
        const double step = h * problem_->speed(t + static_cast<double>(k) * h);
        errors.noalias() -= share() * (z.transpose() * a);
        errors *= mean * step;
        for (Index b = 0; b < batch; ++b) {
            slope.col(b).array() *= errors[b] * a.array();
        }
        if (full_->decay > 0.0) {
            w *= 1.0 - step * full_->input_rate * full_->decay;
        }
        if (batch == 1) {
            add_outer_product(full_->input_rate * x.col(0), slope.col(0), w);
        } else {
            w.noalias() += full_->input_rate * x * slope.transpose();
        }
        if (full_->unit_weights) {
            w.colwise().normalize();
        }
        if (full_->trains_outputs) {
            a *= 1.0 - step * full_->output_rate * full_->decay;
            a.noalias() += full_->output_rate * z * errors;
        }
    }
}

Neurons OnlineFlow::neurons(const Field& state) const
{
    const Index d = full_->dimension;
    return {Eigen::Map<const Matrix>(state.data(), d, width_), state.tail(width_)};
}

ReducedNeurons OnlineFlow::reduced(const Field& state) const
{
    ReducedNeurons found = full_->reduce(neurons(state));
    found.masses *= share();
    return found;
}

double OnlineFlow::objective(const Field& state) const
{
    const Neurons now = neurons(state);
    Draws draws(Stream(seed_ ^ test_seed, 0, 0));
    double sum = 0.0;
    Matrix z;
    for (Index first = 0; first < options_.test; first += test_block) {
        const Index count = std::min(test_block, options_.test - first);
        Matrix x(full_->dimension, count);
        Field y(count);
        for (Index b = 0; b < count; ++b) {
            y[b] = full_->sample(draws, x.col(b));
        }
        sum += (outputs_at(*full_, now.inputs, now.outputs, x, share(), z) - y).squaredNorm();
    }
    double squares = now.inputs.squaredNorm();
    if (full_->trains_outputs) {
        squares += now.outputs.squaredNorm();
    }
    return 0.5 * sum / static_cast<double>(options_.test) + 0.5 * full_->decay * share() * squares;
}

Trial OnlineStepper::try_step(Flow&, double t, double dt, const Field& state, Field& trial)
{
    trial = state;
    const double steps = std::ceil(dt / flow_->options().step - 1e-9);
    flow_->train(trial, t, dt, std::max(Index{1}, static_cast<Index>(steps)));
    return {};
}

double OnlineStepper::limit(Flow&, const Field&, double)
{
    return flow_->options().step * static_cast<double>(flow_->bundle());
}

}  // namespace widelimit
