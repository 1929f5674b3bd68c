// SPDX-License-Identifier: BSD-3-Clause
#include "moving_neurons.hpp"

#include <algorithm>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

class DirectSums : public NeuronSums {
public:
    DirectSums(const Features& features, const Eigen::Ref<const Matrix>& points)
        : features_(&features), points_(points), blocks_(pair_blocks(points_.cols(), features.size()))
    {}

    Field push(const Field& c) const override
    {
        Field f = Field::Zero(features_->size());
        add_blocks(
            blocks_,
            [&](Index first, Index count, Field& term) {
                features_->push(points_.middleCols(first, count), c.segment(first, count), term);
            },
            f);
        return f;
    }

    void pull(const Field& r, const Use& use) const override
    {
        for_each_block(blocks_, [&](Index first, Index count) {
            Field g;
            Matrix gradient;
            features_->pull(points_.middleCols(first, count), r, g, gradient);
            use(first, count, g.data(), gradient.data());
        });
    }

    double squares(const Field& w, bool, const Measure& measure) const override
    {
        const auto of_block = [&](Index first, Index count) {
            Field value, gradient;
            features_->squares(points_.middleCols(first, count), w, value, gradient);
            return measure(first, count, value.data(), gradient.data());
        };
        return of_blocks(blocks_, of_block).sum();
    }

private:
    const Features* features_;
    Matrix points_;
    Blocks blocks_;
};

class DirectNeurons : public MovingNeurons {
public:
    explicit DirectNeurons(const Features& features) : features_(&features) {}
    std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points) const override
    {
        return std::make_unique<DirectSums>(*features_, points);
    }

private:
    const Features* features_;
};

class RestingNeurons : public FeatureSums {
public:
    RestingNeurons(std::unique_ptr<MovingNeurons> neurons, const Matrix& points)
        : neurons_(std::move(neurons)), sums_(neurons_->at(points)), neuron_count_(points.cols())
    {}
    Field push(const Field& c) const override { return sums_->push(c); }
    Field pull(const Field& r) const override
    {
        Field out(neuron_count_);
        sums_->pull(r, [&](Index first, Index count, const double* g, const double*) {
            std::copy_n(g, count, out.data() + first);
        });
        return out;
    }

private:
    std::unique_ptr<MovingNeurons> neurons_;
    std::unique_ptr<NeuronSums> sums_;
    Index neuron_count_;
};

}  // namespace

void NeuronSums::pull(const Field& r, Field& g, Matrix& gradient) const
{
    expects(g.size() == gradient.cols(), "arrays for the same neurons");
    pull(r, [&](Index first, Index count, const double* values, const double* slopes) {
        expects(first + count <= g.size(), "arrays of the neurons' number");
        std::copy_n(values, count, g.data() + first);
        std::copy_n(slopes, gradient.rows() * count, gradient.col(first).data());
    });
}

void NeuronSums::squares(const Field& w, Field& value, Field& gradient) const
{
    expects(value.size() == gradient.size(), "arrays for the same neurons");
    squares(w, true, [&](Index first, Index count, const double* values, const double* slopes) {
        expects(first + count <= value.size(), "arrays of the neurons' number");
        std::copy_n(values, count, value.data() + first);
        std::copy_n(slopes, count, gradient.data() + first);
        return 0.0;
    });
}

std::unique_ptr<FeatureSums> resting_neurons(std::unique_ptr<MovingNeurons> neurons, const Matrix& points)
{
    return std::make_unique<RestingNeurons>(std::move(neurons), points);
}

std::unique_ptr<MovingNeurons> Features::moving(Index) const
{
    return std::make_unique<DirectNeurons>(*this);
}

}  // namespace widelimit
