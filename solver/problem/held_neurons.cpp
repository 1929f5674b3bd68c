// SPDX-License-Identifier: BSD-3-Clause
#include "held_neurons.hpp"

#include <vector>

#include "moving_neurons.hpp"

namespace widelimit {
namespace {

/// Units that are evaluated once for both sums: `push` holds them and their slopes for the next `pull`.
class HeldSums : public NeuronSums {
public:
    HeldSums(const HeldUnits& units, const Eigen::Ref<const Matrix>& points,
             std::unique_ptr<NeuronSums> otherwise)
        : units_(&units),
          points_(points),
          otherwise_(std::move(otherwise)),
          blocks_(pair_blocks(points_.cols(), units.size()))
    {}

    Field push(const Field& c) const override
    {
        held_.resize(static_cast<std::size_t>(blocks_.number()));
        Field f = Field::Zero(units_->size());
        add_blocks(
            blocks_,
            [&](Index first, Index count, Field& term) {
                Held& own = held(first);
                own.weights = units_->weights(points_.middleCols(first, count));
                term = units_->hold(own.weights, c.segment(first, count), own.value, own.slope);
            },
            f);
        return f;
    }

    void pull(const Field& r, const Use& use) const override
    {
        if (held_.empty()) {
            otherwise_->pull(r, use);
            return;
        }
        for_each_block(blocks_, [&](Index first, Index count) {
            const Held own = std::move(held(first));
            Field g;
            Matrix gradient;
            units_->pull_held(own.weights, own.value, own.slope, r, g, gradient);
            use(first, count, g.data(), gradient.data());
        });
        held_.clear();
    }

    double squares(const Field& w, bool values, const Measure& measure) const override
    {
        return otherwise_->squares(w, values, measure);
    }

private:
    /// Of a block.
    struct Held {
        Matrix weights, value, slope;
    };
    Held& held(Index first) const { return held_[static_cast<std::size_t>(first / blocks_.size)]; }

    const HeldUnits* units_;
    Matrix points_;
    std::unique_ptr<NeuronSums> otherwise_;
    Blocks blocks_;
    mutable std::vector<Held> held_;
};

class HeldNeurons : public MovingNeurons {
public:
    HeldNeurons(const HeldUnits& units, std::unique_ptr<MovingNeurons> otherwise)
        : units_(&units), otherwise_(std::move(otherwise))
    {}
    std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points) const override
    {
        return std::make_unique<HeldSums>(*units_, points, otherwise_->at(points));
    }

private:
    const HeldUnits* units_;
    std::unique_ptr<MovingNeurons> otherwise_;
};

}  // namespace

std::unique_ptr<MovingNeurons> make_held_neurons(const HeldUnits& units,
                                                 std::unique_ptr<MovingNeurons> otherwise)
{
    return std::make_unique<HeldNeurons>(units, std::move(otherwise));
}

}  // namespace widelimit
