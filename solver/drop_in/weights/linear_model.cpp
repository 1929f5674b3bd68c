// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "widelimit/core/fft.hpp"
#include "widelimit/problem/chosen.hpp"
#include "widelimit/problem/full_network.hpp"
#include "widelimit/problem/risk.hpp"
#include "widelimit/weights/descent.hpp"

namespace widelimit {
namespace {

/// (sum |b_i|^p)^(1/p); p = infinity: max |b_i|.
double norm(const Field& b, double p)
{
    const double largest = b.cwiseAbs().maxCoeff();
    if (std::isinf(p) || largest == 0.0) {
        return largest;
    }
    return largest * std::pow((b.array().abs() / largest).pow(p).sum(), 1.0 / p);
}

/// |b_hat_k| of the unitary discrete Fourier transform, k = 0, ..., D - 1.
Field spectrum(const Field& b)
{
    RealTransform transform({b.size()});
    std::copy(b.begin(), b.end(), transform.values());
    transform.forward();
    Field all(b.size());
    for (Index k = 0; k < b.size(); ++k) {
        const Index kept = std::min(k, b.size() - k);
        all[k] = std::abs(transform.spectrum()[kept]) / std::sqrt(static_cast<double>(b.size()));
    }
    return all;
}

/// A linear function beta . x whose coefficients are a product of the weights of all layers.
class Architecture {
public:
    Architecture(Index inputs, Index depth) : inputs_(inputs), depth_(depth) {}
    virtual ~Architecture() = default;
    virtual Index size() const { return inputs_ * depth_; }
    virtual Field coefficients(const Field& weights) const = 0;
    /// The gradient in the weights of a function with this gradient in beta.
    virtual Field pulled_back(const Field& weights, const Field& gradient) const = 0;

protected:
    auto layer(const Field& weights, Index l) const { return weights.segment(l * inputs_, inputs_); }

    Index inputs_, depth_;
};

/// beta_i = product of the layers' w_i.
class Diagonal : public Architecture {
public:
    using Architecture::Architecture;
    Field coefficients(const Field& weights) const override
    {
        return product(weights, Field::Ones(inputs_), depth_);
    }
    Field pulled_back(const Field& weights, const Field& gradient) const override
    {
        Field pulled(size());
        for (Index l = 0; l < depth_; ++l) {
            pulled.segment(l * inputs_, inputs_) = product(weights, gradient, l);
        }
        return pulled;
    }

private:
    Field product(const Field& weights, Field start, Index without) const
    {
        for (Index l = 0; l < depth_; ++l) {
            if (l != without) {
                start.array() *= layer(weights, l).array();
            }
        }
        return start;
    }
};

/// beta = w_1 * ... * w_L, circular convolutions of full width.
class Convolutional : public Architecture {
public:
    Convolutional(Index inputs, Index depth) : Architecture(inputs, depth), transform_({inputs}) {}
    Field coefficients(const Field& weights) const override
    {
        return inverse(product(weights, Modes::Ones(modes()), depth_, false));
    }
    Field pulled_back(const Field& weights, const Field& gradient) const override
    {
        Field pulled(size());
        for (Index l = 0; l < depth_; ++l) {
            pulled.segment(l * inputs_, inputs_) = inverse(product(weights, modes_of(gradient), l, true));
        }
        return pulled;
    }

private:
    using Modes = Eigen::ArrayXcd;

    Index modes() const { return inputs_ / 2 + 1; }
    Modes modes_of(const Field& values) const
    {
        std::copy(values.begin(), values.end(), transform_.values());
        transform_.forward();
        return Eigen::Map<Modes>(transform_.spectrum(), modes());
    }
    Field inverse(const Modes& all) const
    {
        std::copy(all.begin(), all.end(), transform_.spectrum());
        transform_.backward();
        return Eigen::Map<Field>(transform_.values(), inputs_) / static_cast<double>(inputs_);
    }
    Modes product(const Field& weights, Modes start, Index without, bool conjugate) const
    {
        for (Index l = 0; l < depth_; ++l) {
            if (l != without) {
                const Modes factor = modes_of(layer(weights, l));
                start *= conjugate ? Modes(factor.conjugate()) : factor;
            }
        }
        return start;
    }

    mutable RealTransform transform_;
};

/// beta = W_1 ... W_(L - 1) w_L, square matrices as columns and a vector.
class FullyConnected : public Architecture {
public:
    using Architecture::Architecture;
    Index size() const override { return (depth_ - 1) * inputs_ * inputs_ + inputs_; }
    Field coefficients(const Field& weights) const override { return behind(weights, 0); }
    Field pulled_back(const Field& weights, const Field& gradient) const override
    {
        Field pulled(size()), left = gradient;
        for (Index l = 0; l + 1 < depth_; ++l) {
            Eigen::Map<Matrix>(pulled.data() + l * inputs_ * inputs_, inputs_, inputs_) =
                left * behind(weights, l + 1).transpose();
            left = matrix(weights, l).transpose() * left;
        }
        pulled.tail(inputs_) = left;
        return pulled;
    }

private:
    Eigen::Map<const Matrix> matrix(const Field& weights, Index l) const
    {
        return {weights.data() + l * inputs_ * inputs_, inputs_, inputs_};
    }
    /// The product of the layers from l on.
    Field behind(const Field& weights, Index l) const
    {
        Field product = weights.tail(inputs_);
        for (Index k = depth_ - 2; k >= l; --k) {
            product = matrix(weights, k) * product;
        }
        return product;
    }
};

std::unique_ptr<Architecture> make_architecture(const Settings& section, Index inputs)
{
    const std::string name = section.text("architecture");
    const Index depth = section.integer("depth");
    if (name == "diagonal") {
        return std::make_unique<Diagonal>(inputs, depth);
    }
    if (name == "convolutional") {
        return std::make_unique<Convolutional>(inputs, depth);
    }
    return std::make_unique<FullyConnected>(inputs, depth);
}

/// The steepest direction v of a function with this gradient, argmin of gradient . v + |v|_p^2 / 2.
Field steepest(const Field& gradient, double p)
{
    if (p == 2.0) {
        return -gradient;
    }
    Field v = Field::Zero(gradient.size());
    if (p == 1.0) {
        Index largest = 0;
        gradient.cwiseAbs().maxCoeff(&largest);
        v[largest] = -gradient[largest];
        return v;
    }
    const double q = std::isinf(p) ? 1.0 : p / (p - 1.0), dual = norm(gradient, q);
    if (dual == 0.0) {
        return v;
    }
    const auto sizes = (gradient.array().abs() / dual).pow(q - 1.0);
    return -dual * (gradient.array().sign() * sizes).matrix();
}

double read_norm(const Settings& section)
{
    if (section.value("norm").is(Value::Kind::text)) {
        if (section.text("norm") != "max") {
            section.fail("norm", "expected a number, at least 1, or \"max\"");
        }
        return std::numeric_limits<double>::infinity();
    }
    const double p = section.number("norm");
    if (p < 1.0) {
        section.fail("norm", "expected a number, at least 1, or \"max\"");
    }
    return p;
}

/// Steepest descent of the risk of a linear function, in the weights of its layers, steps rate / (k +
/// 1)^power.  In the soft clock of separable data weights grow without bound: there a step of L layers is
/// divided by |w|^(L - 1), so that they grow as fast as those of a single one.
class LinearModel : public Descent {
public:
    LinearModel(const Settings& section, const Data& data)
        : inputs_(data.inputs),
          depth_(section.integer("depth")),
          rate_(section.has("rate") ? section.number("rate") : 0.5),
          power_(section.number("power")),
          norm_(read_norm(section)),
          deviation_(section.has("start") ? section.number("start")
                     : depth_ > 1         ? 0.5
                                          : 0.0)
    {
        section.record("rate", Value(rate_));
        section.record("start", Value(deviation_));
        architecture_ = make_architecture(section, inputs_.cols());
        const Nodes nodes{Field::Ones(data.targets.size()), data.targets};
        const RiskEntry& entry = chosen(risks(), section, "risk");
        risk_ = entry.make(Settings(Value::table(), Schema()), nodes);
        if (auto soft = risk_->softened()) {
            risk_ = std::move(soft);
        }
        if (risk_->classifies() && !data.labels) {
            section.fail("risk", "expected targets -1 and +1 of a risk of labels");
        }
        if (depth_ > 1 && norm_ != 2.0) {
            section.fail("norm", "is for a single layer; gradients of deeper ones are those of the 2-norm");
        }
        if (depth_ > 1 && deviation_ == 0.0) {
            section.fail("start", "weights of several layers that start at 0 stay there");
        }
    }

    Field start(std::uint64_t seed) const override
    {
        return deviation_ * Draws(Stream(seed, 0, 0)).normals(architecture_->size());
    }
    void advance(Eigen::Ref<Field> weights, std::uint64_t, std::int64_t k) const override
    {
        const Field f = inputs_ * architecture_->coefficients(weights);
        const Field gradient = architecture_->pulled_back(weights, inputs_.transpose() * risk_->slope(f));
        double step = rate_ / std::pow(static_cast<double>(k + 1), power_);
        if (risk_->soft() && depth_ > 1) {
            step /= std::pow(weights.norm(), static_cast<double>(depth_ - 1));
        }
        weights += step * steepest(gradient, norm_);
    }
    std::vector<std::string> names() const override
    {
        std::vector<std::string> all = {"risk", "norm", "least_output"};
        for (const char* name : {"l1", "l2", "linf", "quasi", "fourier_l1", "fourier_quasi"}) {
            all.push_back(fmt::format("margin.{}", name));
        }
        for (const char* name : {"coefficient", "direction", "spectrum"}) {
            for (Index i = 0; i < inputs_.cols(); ++i) {
                all.push_back(fmt::format("{}.{}", name, i));
            }
        }
        return all;
    }
    Field measure(const Field& weights) const override
    {
        const Field beta = architecture_->coefficients(weights), f = inputs_ * beta, modes = spectrum(beta);
        const double least = risk_->classifies() ? f.cwiseProduct(risk_->nodes().targets).minCoeff()
                                                 : std::numeric_limits<double>::quiet_NaN();
        const double quasi = 2.0 / static_cast<double>(depth_);
        const double infinite = std::numeric_limits<double>::infinity();
        Field all(9 + 3 * beta.size());
        all << risk_->value(f), weights.norm(), least, least / norm(beta, 1.0), least / norm(beta, 2.0),
            least / norm(beta, infinite), least / norm(beta, quasi), least / norm(modes, 1.0),
            least / norm(modes, quasi), beta, beta / beta.norm(), modes / modes.norm();
        return all;
    }

private:
    Matrix inputs_;
    Index depth_;
    double rate_, power_, norm_, deviation_;
    std::unique_ptr<Architecture> architecture_;
    std::unique_ptr<Risk> risk_;
};

std::unique_ptr<Descent> make_linear_model_descent(const Settings& root, const Data* data)
{
    if (data == nullptr || data->targets.size() == 0) {
        root.fail("data", "a linear model needs a [data] section with a target");
    }
    return std::make_unique<LinearModel>(root.table("descent"), *data);
}

const bool linear_model_descent_registered = descents().add(
    {"linear-model",
     "a linear function as one layer or the product of several, by steepest descent: coefficients, "
     "direction, "
     "spectrum, and margins in several norms (l1, l2, linf, quasi = l_(2 / depth), and those of the Fourier "
     "coefficients)",
     make_linear_model_descent,
     {{"descent.architecture", "text", "\"fully-connected\"", "in fully-connected, diagonal, convolutional",
       "layers are matrices, factors of each input, or circular convolutions of full width"},
      {"descent.depth", "integer", "1", "[1, 100]", "layers"},
      {"descent.risk", "text", "\"soft-min\"", "",
       "sum over the data (widelimit list risks); losses of labels in the soft clock"},
      {"descent.norm", "number|text", "2.0", "",
       "p of the norm in which the descent is steepest, at least 1, or \"max\": signs of the gradient"},
      {"descent.power", "number", "0.5", ">= 0", "of the decay of steps, rate / (k + 1)^power"},
      {"descent.start", "number", "-", ">= 0",
       "deviation of the weights at the start; default 0 for one layer, else 0.5"}}});

}  // namespace
}  // namespace widelimit
