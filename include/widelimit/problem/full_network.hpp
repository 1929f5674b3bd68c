// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "widelimit/core/field.hpp"
#include "widelimit/core/stream.hpp"
#include "widelimit/network/activation.hpp"

namespace widelimit {

/// The numbers of a stream one after the other.
class Draws {
public:
    explicit Draws(const Stream& stream) : stream_(stream) {}

    double uniform() { return stream_.uniform(next_++); }
    double normal() { return stream_.normal(next_++); }
    /// Independent standard normal numbers.
    Field normals(Index count);
    /// A uniform direction in R^dimension; +1 or -1 in R^1.
    Field direction(Index dimension);

private:
    Stream stream_;
    std::uint64_t next_ = 0;
};

/// f(x) = 1 / width * sum_i a_i sigma(w_i . x + shift), w_i in R^D.
struct Neurons {
    Matrix inputs;  ///< w_i, D x width
    Field outputs;  ///< a_i
};

/// Neurons as a reduced problem sees them.
struct ReducedNeurons {
    Matrix points;  ///< coordinates x width
    Field masses;   ///< width times the mass of each neuron
};

/// The network in many dimensions of which a reduced problem is the limit, and the law of its data.  In the
/// clock of the flow, with step dt and a batch of fresh data (x_b, y_b), e_b = y_b - f(x_b),
///
///     w_i += dt input_rate (mean_b e_b a_i sigma'(w_i . x_b + shift) x_b - decay w_i),
///     a_i += dt output_rate (mean_b e_b sigma(w_i . x_b + shift) - decay a_i) if outputs are trained.
struct FullNetwork {
    Index dimension = 1;  ///< D
    std::shared_ptr<const Activation> activation;
    double shift = 0.0;
    bool trains_outputs = false;
    bool unit_weights = false;  ///< |w_i| = 1, kept by scaling after every step
    double input_rate = 1.0, output_rate = 1.0, decay = 0.0;
    /// A neuron that the reduced point (and its sign) stands for, at random among all of them.
    std::function<void(Draws&, const Field& point, double sign, Eigen::Ref<Field> w, double& a)> lift;
    std::function<ReducedNeurons(const Neurons&)> reduce;
    /// Draws x, and returns y.
    std::function<double(Draws&, Eigen::Ref<Field> x)> sample;
};

}  // namespace widelimit
