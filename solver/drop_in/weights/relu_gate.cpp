// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "widelimit/problem/full_network.hpp"
#include "widelimit/weights/descent.hpp"

namespace widelimit {
namespace {

/// Sets the fresh data of measurements apart from those of training.
constexpr std::uint64_t test_seed = 0x510e527fade682d1;

/// One unit max(w . x, 0) learns another, y = max(v . x, 0) with |v| = 1 and x ~ N(0, I), by the update of
/// the perceptron's kind that is no gradient,
///
///     w += rate / batch * sum_b 1{y_b > threshold} (y_b - w . x_b) x_b.
///
/// Without corrupted labels and threshold E |w - v|^2 falls by the factor 1 - rate + rate^2 ((d + 2) / (2
/// batch) + (batch - 1) / (4 batch)) a step, whatever w is.
class ReluGate : public Descent {
public:
    explicit ReluGate(const Settings& section)
        : dimension_(section.integer("dimension")),
          batch_(section.integer("batch")),
          test_(section.integer("test")),
          rate_(section.has("rate") ? section.number("rate") : 1.0 / static_cast<double>(dimension_ + 2)),
          threshold_(section.number("threshold")),
          probability_(section.number("probability")),
          size_(section.number("size")),
          worst_(section.flag("worst"))
    {
        section.record("rate", Value(rate_));
    }

    Field start(std::uint64_t) const override { return Field::Zero(dimension_); }
    void advance(Eigen::Ref<Field> weights, std::uint64_t seed, std::int64_t k) const override
    {
        Draws draws(Stream(seed, 0, static_cast<std::uint32_t>(k)));
        weights += step(weights, draws);
    }
    std::vector<std::string> names() const override { return {"error", "contraction"}; }
    Field measure(const Field& weights) const override
    {
        const double error = (weights - target()).squaredNorm();
        double sum = 0.0;
        for (Index k = 0; k < test_; ++k) {
            Draws draws(Stream(test_seed, 0, static_cast<std::uint32_t>(k)));
            sum += (weights + step(weights, draws) - target()).squaredNorm();
        }
        const double ratio = test_ > 0 && error > 0.0 ? sum / (static_cast<double>(test_) * error)
                                                      : std::numeric_limits<double>::quiet_NaN();
        return (Field(2) << error, ratio).finished();
    }

private:
    /// v; which direction it has does not matter.
    Field target() const { return Field::Unit(dimension_, 0); }

    Field step(const Field& weights, Draws& draws) const
    {
        Field sum = Field::Zero(dimension_);
        for (Index b = 0; b < batch_; ++b) {
            const Field x = draws.normals(dimension_);
            double y = std::max(x[0], 0.0);
            if (probability_ > 0.0 && draws.uniform() < probability_) {
                const bool down = worst_ ? x[0] > weights.dot(x) : draws.uniform() < 0.5;
                y += down ? -size_ : size_;
            }
            if (y > threshold_) {
                sum += (y - weights.dot(x)) * x;
            }
        }
        return rate_ / static_cast<double>(batch_) * sum;
    }

    Index dimension_, batch_, test_;
    double rate_, threshold_, probability_, size_;
    bool worst_;
};

const bool relu_gate_descent_registered = descents().add(
    {"relu-gate",
     "one ReLU unit learnt by the update 1{y > threshold} (y - w . x) x: |w - v|^2 (error), and its mean "
     "factor "
     "a step (contraction)",
     [](const Settings& root, const Data*) { return std::make_unique<ReluGate>(root.table("descent")); },
     {{"descent.dimension", "integer", "10", "[1, 1000000]", "dimension d of the inputs"},
      {"descent.batch", "integer", "1", "[1, 1000000]", "fresh inputs a step"},
      {"descent.rate", "number", "-", "> 0",
       "factor of a step; default 1 / (d + 2), the best for a batch of one, for relu-gate, and 0.5 for "
       "linear-model"},
      {"descent.threshold", "number", "0.0", ">= 0", "only inputs with a label above it count"},
      {"descent.probability", "number", "0.0", "[0, 1]", "of a label to be corrupted"},
      {"descent.size", "number", "0.0", ">= 0", "what is added to or taken from a corrupted label"},
      {"descent.worst", "flag", "false", "",
       "false: either sign with the same probability; true: the sign that keeps w away from the target"},
      {"descent.test", "integer", "0", "[0, 100000000]",
       "fresh steps that `contraction` is the mean over"}}});

}  // namespace
}  // namespace widelimit
