// SPDX-License-Identifier: BSD-3-Clause
#include "direction_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "direction_loops.hpp"
#include "kink_boxes.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

template <int d>
class DirectionBoxes : public MovingNeurons {
public:
    DirectionBoxes(const KinkedUnits& units, const Matrix& inputs, BoxShape shape)
        : mean_(0.5 * (units.above + units.below)),
          half_(0.5 * (units.above - units.below)),
          boxes_(inputs, shape),
          inputs_(Matrix::Zero(lanes, inputs.rows())),
          reach_(inputs.rowwise().norm())
    {
        inputs_.topRows(d) = inputs.transpose();
    }

    std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points) const override
    {
        return std::make_unique<Sums>(*this, points);
    }

private:
    static constexpr int lanes = lanes_of(d);
    Index nodes() const { return inputs_.cols(); }
    const BoxShape& shape() const { return boxes_.shape(); }

    /// sum_i p_i, and per box sum_i sign_i p_i over the nodes whose sign is known there; columns have zeros
    /// up to whole lanes.
    template <int size>
    struct Table {
        Matrix parts;  ///< p_i
        Field all;
        Matrix signed_sums;
    };

    class Sums : public NeuronSums {
    public:
        Sums(const DirectionBoxes& boxes, const Eigen::Ref<const Matrix>& points)
            : of_(&boxes),
              weights_(lanes, points.cols()),
              tolerance_(points.cols()),
              code_(points.cols()),
              near_(static_cast<std::size_t>(blocks().number()))
        {
            for_each_block(blocks(), [&](Index first, Index count) {
                Matrix along(count, d);
                Field code(count);
                lay_out<d>(points.data() + first * points.outerStride(), points.outerStride(), count,
                           along.data(), weights_.col(first).data());
                find_boxes(of_->shape(), along, code.data(), tolerance_.data() + first);
                tolerance_.segment(first, count) *= round_off;
                code_.segment(first, count) = code.cast<std::int32_t>();
                near_[static_cast<std::size_t>(first / blocks().size)] =
                    of_->boxes_.pairs(code_.data() + first, count);
            });
        }

        Field push(const Field& c) const override
        {
            const Index boxes = of_->shape().boxes(), nodes = of_->nodes();
            Field sums = Field::Zero(lanes * (boxes + 2) + nodes);
            // Equal blocks with more neurons than boxes, whose sums each of them has.
            const Index size = blocks().size, number = std::max<Index>(1, c.size() / std::max(size, boxes)),
                        of_each = (c.size() + number - 1) / number;
            add_blocks(
                {c.size(), (of_each + size - 1) / size * size, 2},
                [&](Index first, Index count, Field& term) {
                    for (Index part = first; part < first + count; part += size) {
                        add_neurons(c, part, std::min(size, first + count - part), term);
                    }
                },
                sums);
            return of_->predictions(sums);
        }

        void pull(const Field& r, const Use& use) const override
        {
            const auto table = of_->slopes(r);
            for_each_block(blocks(), [&](Index first, Index count) {
                Matrix slopes;
                of_->at(table, of_->mean_, of_->half_, *this, first, count, slopes);
                Field g(count);
                Matrix gradient(d, count);
                finish_slopes<d>(weights(first), slopes.data(), count, g.data(), gradient.data());
                use(first, count, g.data(), gradient.data());
            });
        }

        void squares(const Field& w, Field& value, Field& gradient) const override
        {
            const auto& table = of_->forms(w);
            // sigma'^2 is the mean of its two values, plus or minus half their difference; on a kink the mean
            // of sigma' is squared instead.
            const double even = of_->mean_ * of_->mean_ + of_->half_ * of_->half_,
                         odd = 2.0 * of_->mean_ * of_->half_, less = of_->half_ * of_->half_;
            value.resize(code_.size());
            gradient.resize(code_.size());
            for_each_block(blocks(), [&](Index first, Index count) {
                Matrix forms;
                const Index on_kinks = of_->at(table, even, odd, *this, first, count, forms);
                finish_forms<d>(weights(first), forms.data(), count, value.data() + first,
                                gradient.data() + first);
                for (Index j = first; j < first + count; ++j) {
                    const bool no_weights = code_[j] >> 1 == of_->shape().boxes();
                    if (on_kinks > 0 || no_weights) {
                        gradient[j] -= less * missing(table, j);
                    }
                }
            });
        }

    private:
        friend class DirectionBoxes;

        Blocks blocks() const { return {weights_.cols(), 1024, 8}; }
        const double* weights(Index first) const { return weights_.col(first).data(); }
        Neighbours neighbours(Index first, Index count) const
        {
            const auto block = static_cast<std::size_t>(first / blocks().size);
            return {&near_[block], of_->boxes_.near(), code_.data() + first,
                    count,         weights(first),     of_->inputs_.data()};
        }
        /// The trace of what the nodes contribute on whose kink a neuron is.
        double missing(const Table<form_size<d>>& table, Index j) const
        {
            const std::int32_t box = code_[j] >> 1;
            if (box == of_->shape().boxes()) {
                return table.all[form_size<d> - 1];
            }
            const KinkBoxes::Near near = of_->boxes_.near();
            double sum = 0.0;
            for (std::uint32_t k = near.first[box]; k < near.first[box + 1]; ++k) {
                const Index i = near.nodes[k];
                const bool off =
                    std::abs(weights_.col(j).dot(of_->inputs_.col(i))) > tolerance_[j] * of_->reach_[i];
                sum += off ? 0.0 : table.parts(form_size<d> - 1, i);
            }
            return sum;
        }

        /// A term: sums over the neurons of every box, of those whose w is 0, of all; predictions.
        void add_neurons(const Field& c, Index first, Index count, Field& term) const
        {
            const Index all = lanes * (of_->shape().boxes() + 1);
            add_to_boxes<d>(code_.data() + first, weights(first), c.data() + first, count, term.data(),
                            term.data() + all);
            add_near_values<d>(neighbours(first, count), c.data() + first, term.data() + all + lanes);
        }

        const DirectionBoxes* of_;
        Matrix weights_;  ///< weights, and zeros, x neurons
        Field tolerance_;
        Eigen::VectorX<std::int32_t> code_;
        std::vector<NearPairs> near_;  ///< of blocks
    };

    template <int size>
    Table<size> table(Matrix parts) const
    {
        Table<size> table{std::move(parts), {}, Matrix(lanes_of(size), shape().boxes() + 1)};
        table.all = table.parts.rowwise().sum();
        table.signed_sums.rightCols(1).setZero();
        const Index per = shape().per_axis;
        for_each_block({shape().rows(), 16, 8}, [&](Index first, Index count) {
            Matrix changes(lanes_of(size), per + 1);
            for (Index row = first; row < first + count; ++row) {
                changes.setZero();
                add_row_of_signs<size>(boxes_.row(row), nodes(), table.parts.data(), per, changes.data(),
                                       table.signed_sums.col(row * per).data());
            }
        });
        return table;
    }

    /// r_i x_i.
    Table<d> slopes(const Field& r) const { return table<d>(inputs_ * r.asDiagonal()); }

    /// Of w_i x_i x_i^T without what is twice in it, and w_i |x_i|^2; made once for the same w, which flows
    /// ask for at every step.  Not for several threads at once: a flow has boxes of its own.
    const Table<form_size<d>>& forms(const Field& w) const
    {
        if (form_weights_.size() != w.size() || form_weights_ != w) {
            Matrix parts = Matrix::Zero(lanes_of(form_size<d>), nodes());
            for (Index i = 0; i < nodes(); ++i) {
                Index place = 0;
                for (Index k = 0; k < d; ++k) {
                    for (Index l = k; l < d; ++l) {
                        parts(place++, i) = w[i] * inputs_(k, i) * inputs_(l, i);
                    }
                }
                parts(place, i) = w[i] * reach_[i] * reach_[i];
            }
            forms_ = table<form_size<d>>(std::move(parts));
            form_weights_ = w;
        }
        return forms_;
    }

    /// even sum_i p_i + odd sum_i sign(z_i) p_i at the neurons of a block, a column each; returns how many of
    /// these signs are 0.
    template <int size>
    Index at(const Table<size>& table, double even, double odd, const Sums& neurons, Index first, Index count,
             Matrix& out) const
    {
        out.resize(lanes_of(size), count);
        take_from_boxes<size>(neurons.code_.data() + first, count, table.all.data(), table.signed_sums.data(),
                              even, odd, out.data());
        return add_near_parts<d, size>(neurons.neighbours(first, count), neurons.tolerance_.data() + first,
                                       reach_.data(), table.parts.data(), odd, out.data());
    }

    /// The adjoint of `table`.
    Field predictions(const Field& sums) const
    {
        const Index per = shape().per_axis;
        Field of_nodes = Field::Zero(lanes * nodes());
        add_blocks(
            {shape().rows(), 16, 8},
            [&](Index first, Index count, Field& term) {
                Matrix beyond = Matrix::Zero(lanes, per + 1);
                for (Index row = first; row < first + count; ++row) {
                    add_row_of_boxes<d>(boxes_.row(row), nodes(), sums.data() + lanes * row * per, per,
                                        beyond.data(), term.data());
                }
            },
            of_nodes);
        const auto all = sums.segment(lanes * (shape().boxes() + 1), lanes);
        return half_ * sums.tail(nodes()) + mean_ * (inputs_.transpose() * all) +
               half_ * inputs_.cwiseProduct(of_nodes.reshaped(lanes, nodes())).colwise().sum().transpose();
    }

    double mean_, half_;
    KinkBoxes boxes_;
    Matrix inputs_;  ///< with zeros up to whole lanes, x nodes
    Field reach_;
    mutable Field form_weights_;
    mutable Table<form_size<d>> forms_;  ///< of these
};

/// Nanoseconds of both sums as measured on one core; their ratios are what matters.
double cost_of_boxes(const BoxShape& shape, double neurons, double nodes)
{
    const double across =  // mean over random kinks and boxes
        0.45 * static_cast<double>(shape.d - 1) / static_cast<double>(shape.per_axis);
    return neurons * (14.0 + 4.0 * nodes * std::min(1.0, across)) +
           2.4 * static_cast<double>(shape.rows()) * nodes + 5.2 * static_cast<double>(shape.boxes());
}

/// The best, if it is better than products.  The sums of so many boxes stay in the second-level cache.
std::optional<BoxShape> best_shape(Index d, double neurons, double nodes, double product)
{
    constexpr Index most_boxes = 16384;
    std::optional<BoxShape> best;
    double least = product * neurons * nodes;
    for (BoxShape shape{d, 2}; shape.boxes() <= most_boxes;
         shape.per_axis += std::max<Index>(1, shape.per_axis / 4)) {
        const double cost = cost_of_boxes(shape, neurons, nodes);
        if (cost < least) {
            least = cost;
            best = shape;
        }
    }
    return best;
}

}  // namespace

double cost_of_product(Index weights)
{
    return 0.18 * static_cast<double>(weights + 1);
}

std::unique_ptr<MovingNeurons> make_direction_boxes(const KinkedUnits& units, const Matrix& inputs,
                                                    Index neurons, double product)
{
    const Index weights = inputs.cols();
    expects(weights >= 2 && weights <= 4, "two to four weights");
    const auto shape =
        best_shape(weights, static_cast<double>(neurons), static_cast<double>(inputs.rows()), product);
    if (!shape || inputs.rows() > KinkBoxes::most_nodes) {
        return nullptr;
    }
    switch (weights) {
        case 2:
            return std::make_unique<DirectionBoxes<2>>(units, inputs, *shape);
        case 3:
            return std::make_unique<DirectionBoxes<3>>(units, inputs, *shape);
        default:
            return std::make_unique<DirectionBoxes<4>>(units, inputs, *shape);
    }
}

}  // namespace widelimit
