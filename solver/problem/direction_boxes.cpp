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
            // Each part has sums of its own for all boxes, which takes longer than few neurons do.
            const Index size = blocks().size, count = c.size(),
                        most = count < least_divided ? 1 : std::max<Index>(2, count / of_->shape().boxes()),
                        of_each = (count + most * size - 1) / (most * size) * size;
            const Blocks parts{count, of_each, 2};
            std::vector<Field> sums(static_cast<std::size_t>(parts.number()));
            for_each_block(parts, [&](Index first, Index length) {
                Field& of_part = sums[static_cast<std::size_t>(first / of_each)];
                of_part.setZero(lanes * (of_->shape().boxes() + 2) + of_->nodes());
                for (Index block = first; block < first + length; block += size) {
                    add_neurons(c, block, std::min(size, first + length - block), of_part);
                }
            });
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

        double squares(const Field& w, bool values, const Measure& measure) const override
        {
            return values ? squares(of_->forms(w), measure) : squares(of_->traces(w), measure);
        }

    private:
        friend class DirectionBoxes;

        Blocks blocks() const { return {weights_.cols(), 1024, 8}; }
        /// From so many neurons on sums over boxes are made in parts.
        static constexpr Index least_divided = 8192;
        const double* weights(Index first) const { return weights_.col(first).data(); }
        Neighbours neighbours(Index first, Index count) const
        {
            const auto block = static_cast<std::size_t>(first / blocks().size);
            return {&near_[block], of_->boxes_.near(), code_.data() + first,
                    count,         weights(first),     of_->inputs_.data()};
        }
        template <int size>
        double squares(const Table<size>& table, const Measure& measure) const
        {
            // sigma'^2 is the mean of its two values, plus or minus half their difference; on a kink the mean
            // of sigma' is squared instead.
            const double even = of_->mean_ * of_->mean_ + of_->half_ * of_->half_,
                         odd = 2.0 * of_->mean_ * of_->half_, less = of_->half_ * of_->half_;
            const auto of_block = [&](Index first, Index count) {
                Matrix forms;
                const Index on_kinks = of_->at(table, even, odd, *this, first, count, forms);
                constexpr bool with_values = size == form_size<d>;
                Field value(with_values ? count : 0), trace(count);
                if constexpr (with_values) {
                    finish_forms<d>(weights(first), forms.data(), count, value.data(), trace.data());
                } else {
                    trace = forms.row(size - 1);
                }
                for (Index k = 0; k < count; ++k) {
                    const bool no_weights = code_[first + k] >> 1 == of_->shape().boxes();
                    if (on_kinks > 0 || no_weights) {
                        trace[k] -= less * missing(table, first + k);
                    }
                }
                return measure(first, count, with_values ? value.data() : nullptr, trace.data());
            };
            return of_blocks(blocks(), of_block).sum();
        }
        /// The trace of what the nodes contribute on whose kink a neuron is.
        template <int size>
        double missing(const Table<size>& table, Index j) const
        {
            const std::int32_t box = code_[j] >> 1;
            if (box == of_->shape().boxes()) {
                return table.all[size - 1];
            }
            const KinkBoxes::Near near = of_->boxes_.near();
            double sum = 0.0;
            for (std::uint32_t k = near.first[box]; k < near.first[box + 1]; ++k) {
                const Index i = near.nodes[k];
                const bool off =
                    std::abs(weights_.col(j).dot(of_->inputs_.col(i))) > tolerance_[j] * of_->reach_[i];
                sum += off ? 0.0 : table.parts(size - 1, i);
            }
            return sum;
        }

        /// A part: sums over the neurons of every box, of those whose w is 0, of all; predictions.
        void add_neurons(const Field& c, Index first, Index count, Field& part) const
        {
            const Index all = lanes * (of_->shape().boxes() + 1);
            add_to_boxes<d>(code_.data() + first, weights(first), c.data() + first, count, part.data(),
                            part.data() + all);
            add_near_values<d>(neighbours(first, count), c.data() + first, part.data() + all + lanes);
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

    /// Made once for the same w, which flows ask for at every step.
    template <int size>
    struct Kept {
        Field w;
        Table<size> table;
    };
    /// Of w_i |x_i|^2, last, and of w_i x_i x_i^T without what is twice in it before it.  Not for several
    /// threads at once: a flow has boxes of its own.
    template <int size>
    const Table<size>& kept(const Field& w, Kept<size>& of) const
    {
        if (of.w.size() != w.size() || of.w != w) {
            Matrix parts = Matrix::Zero(lanes_of(size), nodes());
            for (Index i = 0; i < nodes(); ++i) {
                Index place = 0;
                for (Index k = 0; k < (size > 1 ? d : 0); ++k) {
                    for (Index l = k; l < d; ++l) {
                        parts(place++, i) = w[i] * inputs_(k, i) * inputs_(l, i);
                    }
                }
                parts(place, i) = w[i] * reach_[i] * reach_[i];
            }
            of = {w, table<size>(std::move(parts))};
        }
        return of.table;
    }
    const Table<form_size<d>>& forms(const Field& w) const { return kept(w, forms_); }
    const Table<1>& traces(const Field& w) const { return kept(w, traces_); }

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

    /// The adjoint of `table`, of sums over boxes in parts.
    Field predictions(const std::vector<Field>& parts) const
    {
        const Index per = shape().per_axis;
        const auto sum = [&](Index first, Index count) {
            Field out = parts.front().segment(first, count);
            for (std::size_t k = 1; k < parts.size(); ++k) {
                out += parts[k].segment(first, count);
            }
            return out;
        };
        Field of_nodes = Field::Zero(lanes * nodes());
        add_blocks(
            {shape().rows(), 16, 8},
            [&](Index first, Index count, Field& term) {
                Matrix beyond = Matrix::Zero(lanes, per + 1);
                for (Index row = first; row < first + count; ++row) {
                    add_row_of_boxes<d>(boxes_.row(row), nodes(), sum(lanes * row * per, lanes * per).data(),
                                        per, beyond.data(), term.data());
                }
            },
            of_nodes);
        const Field all = sum(lanes * (shape().boxes() + 1), lanes),
                    near = sum(lanes * (shape().boxes() + 2), nodes());
        return half_ * near + mean_ * (inputs_.transpose() * all) +
               half_ * inputs_.cwiseProduct(of_nodes.reshaped(lanes, nodes())).colwise().sum().transpose();
    }

    double mean_, half_;
    KinkBoxes boxes_;
    Matrix inputs_;  ///< with zeros up to whole lanes, x nodes
    Field reach_;
    mutable Kept<form_size<d>> forms_;
    mutable Kept<1> traces_;
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
