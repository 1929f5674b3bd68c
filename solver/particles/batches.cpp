// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <vector>

#include "widelimit/core/stream.hpp"
#include "widelimit/particles/particle_flow.hpp"

namespace widelimit {

void ParticleFlow::begin_step(std::int64_t step)
{
    step_ = step;
    if (batch_ > 0) {
        prepared_.resize(0);
        begins_ = true;
    }
}

ParticleFlow::Batch ParticleFlow::drawn() const
{
    // No particle has the last number.
    const Stream stream(seed_, static_cast<std::uint32_t>(layout_.width), 0xFFFFFFFFU);
    const Field& weights = problem_->risk->nodes().weights;
    const double whole = weights.sum();
    std::vector<double> up_to;
    std::partial_sum(weights.begin(), weights.end(), std::back_inserter(up_to));
    std::map<Index, Index> times;  // in the order of the nodes
    for (Index k = 0; k < batch_; ++k) {
        const double place = whole * stream.uniform(static_cast<std::uint64_t>(step_ * batch_ + k));
        ++times[std::upper_bound(up_to.begin(), up_to.end() - 1, place) - up_to.begin()];
    }
    Batch batch;
    batch.nodes.resize(static_cast<Index>(times.size()));
    batch.factors.resize(batch.nodes.size());
    Index place = 0;
    for (const auto& [node, count] : times) {
        batch.nodes[place] = node;
        batch.factors[place++] =
            static_cast<double>(count) * whole / (static_cast<double>(batch_) * weights[node]);
    }
    return batch;
}

Field ParticleFlow::drawn_slope(const Field& slope) const
{
    if (batch_ == 0) {
        return slope;
    }
    const Batch batch = drawn();
    Field drawn = Field::Zero(slope.size());
    drawn(batch.nodes) = slope(batch.nodes).cwiseProduct(batch.factors);
    return drawn;
}

bool ParticleFlow::evaluate_batch(const Field& state, const NeuronSums::Use& use)
{
    Evaluation& e = evaluation_;
    const Index nodes = problem_->risk->nodes().weights.size();
    const Batch batch = drawn();
    const bool known = problem_->node_inputs.rows() == nodes && nodes == problem_->features->size();
    if (!known || 2 * batch.factors.size() > nodes) {
        return false;
    }
    const Matrix inputs = problem_->node_inputs(batch.nodes, Eigen::all);
    const auto features = problem_->features->at(inputs);
    if (!features) {
        return false;
    }
    const auto drawn_features = features->moving(layout_.width);
    const auto sums = drawn_features->at(base(state));
    e.predictions = Field::Zero(nodes);
    e.predictions(batch.nodes) = sums->push(moments_);
    const Field r = problem_->risk->slope(e.predictions)(batch.nodes).cwiseProduct(batch.factors);
    e.slope = Field::Zero(nodes);
    e.slope(batch.nodes) = r;
    sums->pull(r, use);
    return true;
}

}  // namespace widelimit
