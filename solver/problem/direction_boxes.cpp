// SPDX-License-Identifier: BSD-3-Clause
#include "direction_boxes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "kink_boxes.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

template <int d>
using Vector = std::array<double, static_cast<std::size_t>(d)>;

template <int d>
[[gnu::always_inline]] inline double dot(const Vector<d>& a, const Vector<d>& b)
{
    double sum = a[0] * b[0];
    for (std::size_t k = 1; k < static_cast<std::size_t>(d); ++k) {
        sum += a[k] * b[k];
    }
    return sum;
}

template <int d>
[[gnu::always_inline]] inline void add(double scale, const Vector<d>& a, Vector<d>& sum)
{
    for (std::size_t k = 0; k < static_cast<std::size_t>(d); ++k) {
        sum[k] += scale * a[k];
    }
}

/// By the last bit of a code; a branch on it could not be foreseen.
constexpr std::array<double, 2> sides = {1.0, -1.0};

Blocks neuron_blocks(Index neurons)
{
    return {neurons, 1024, 8};
}

template <int d>
class DirectionBoxes : public MovingNeurons {
public:
    DirectionBoxes(const KinkedUnits& units, const Matrix& inputs, BoxShape shape)
        : mean_(0.5 * (units.above + units.below)),
          half_(0.5 * (units.above - units.below)),
          boxes_(inputs, shape)
    {
        for (Index i = 0; i < inputs.rows(); ++i) {
            Vector<d> x;
            for (int k = 0; k < d; ++k) {
                x[static_cast<std::size_t>(k)] = inputs(i, k);
            }
            inputs_.push_back(x);
            reach_.push_back(inputs.row(i).norm());
        }
    }

    std::unique_ptr<NeuronSums> at(Matrix points) const override
    {
        return std::make_unique<Sums>(*this, std::move(points));
    }

private:
    Index nodes() const { return static_cast<Index>(inputs_.size()); }
    const BoxShape& shape() const { return boxes_.shape(); }

    class Sums : public NeuronSums {
    public:
        Sums(const DirectionBoxes& boxes, Matrix points)
            : of_(&boxes), weights_(std::move(points)), length_(weights_.cols()), code_(weights_.cols())
        {
            for_each_block(neuron_blocks(weights_.cols()), [&](Index first, Index count) {
                const Matrix along = weights_.middleCols(first, count).transpose();
                Field code(count);
                find_boxes(of_->shape(), along, code.data(), length_.data() + first);
                code_.segment(first, count) = code.cast<std::int32_t>();
            });
        }

        Field push(const Field& c) const override
        {
            const Index boxes = of_->shape().boxes(), nodes = of_->nodes();
            Field sums = Field::Zero(d * (boxes + 2) + nodes);
            // Equal blocks with more neurons than half the boxes, whose sums each of them has.
            const Index neurons = c.size(),
                        number = std::max<Index>(1, neurons / std::max<Index>(1024, boxes / 2));
            add_blocks(
                {neurons, (neurons + number - 1) / number, 4},
                [&](Index first, Index count, Field& term) { add_neurons(c, first, count, term); }, sums);
            return of_->predictions(sums);
        }

        void pull(const Field& r, Field& g, Matrix& gradient) const override
        {
            const auto table = of_->slopes(r);
            g.resize(weights_.cols());
            gradient.resize(d, weights_.cols());
            for_each_block(neuron_blocks(weights_.cols()), [&](Index first, Index count) {
                for (Index j = first; j < first + count; ++j) {
                    const Vector<d> slope = of_->at(table, of_->mean_, of_->half_, weight(j), code(j),
                                                    round_off * length_[j], [](bool, std::size_t) {});
                    g[j] = dot<d>(weight(j), slope);
                    for (int k = 0; k < d; ++k) {
                        gradient(k, j) = slope[static_cast<std::size_t>(k)];
                    }
                }
            });
        }

        void squares(const Field& w, Field& value, Field& gradient) const override
        {
            const auto table = of_->forms(w);
            // sigma'^2 is the mean of its two values, plus or minus half their difference; on a kink the mean
            // of sigma' is squared instead.
            const double even = of_->mean_ * of_->mean_ + of_->half_ * of_->half_,
                         odd = 2.0 * of_->mean_ * of_->half_, less = of_->half_ * of_->half_;
            value.resize(weights_.cols());
            gradient.resize(weights_.cols());
            for_each_block(neuron_blocks(weights_.cols()), [&](Index first, Index count) {
                for (Index j = first; j < first + count; ++j) {
                    const bool zero = code(j) >> 1 == static_cast<std::uint32_t>(of_->shape().boxes());
                    double missing = zero ? less * table.all.back() : 0.0;
                    const auto form = of_->at(table, even, odd, weight(j), code(j), round_off * length_[j],
                                              [&](bool off, std::size_t i) {
                                                  missing += off ? 0.0 : less * table.parts[i].back();
                                              });
                    const auto square = products(weight(j));
                    value[j] = 2.0 * dot<form_size>(form, square);
                    for (std::size_t k = 0, place = 0; k < d; place += d - k, ++k) {
                        value[j] -= form[place] * square[place];
                    }
                    gradient[j] = form.back() - missing;
                }
            });
        }

    private:
        Vector<d> weight(Index j) const
        {
            Vector<d> w;
            for (int k = 0; k < d; ++k) {
                w[static_cast<std::size_t>(k)] = weights_(k, j);
            }
            return w;
        }
        std::uint32_t code(Index j) const { return static_cast<std::uint32_t>(code_[j]); }

        /// A term: sums over the neurons of every box, of those whose w is 0, of all; predictions.
        void add_neurons(const Field& c, Index first, Index count, Field& term) const
        {
            const Index boxes = of_->shape().boxes();
            double* f = term.data() + d * (boxes + 2);
            Vector<d> all{};
            for (Index j = first; j < first + count; ++j) {
                const Vector<d> w = weight(j);
                const std::size_t box = code(j) >> 1;
                const double side = sides[code(j) & 1] * c[j];
                double* sum = term.data() + d * static_cast<Index>(box);
                for (std::size_t k = 0; k < d; ++k) {
                    sum[k] += side * w[k];
                }
                add<d>(c[j], w, all);
                for (const std::size_t i : of_->boxes_.near(box)) {
                    f[i] += c[j] * std::abs(dot<d>(w, of_->inputs_[i]));
                }
            }
            std::copy(all.begin(), all.end(), term.data() + d * (boxes + 1));
        }

        const DirectionBoxes* of_;
        Matrix weights_;  ///< weights x neurons
        Field length_;
        Eigen::VectorX<std::int32_t> code_;
    };

    /// sum_i p_i, and per box sum_i sign_i p_i over the nodes whose sign is known there.
    template <int size>
    struct Table {
        std::vector<Vector<size>> parts;  ///< p_i
        Vector<size> all{};
        std::vector<Vector<size>> signed_sums;
    };

    template <int size>
    Table<size> table(std::vector<Vector<size>> parts) const
    {
        Table<size> table{std::move(parts), {}, {}};
        table.signed_sums.assign(static_cast<std::size_t>(shape().boxes() + 1), Vector<size>{});
        for (const Vector<size>& part : table.parts) {
            add<size>(1.0, part, table.all);
        }
        const Index per = shape().per_axis;
        for_each_block({shape().rows(), 16, 8}, [&](Index first, Index count) {
            std::vector<Vector<size>> changes(static_cast<std::size_t>(per + 1));
            for (Index row = first; row < first + count; ++row) {
                std::fill(changes.begin(), changes.end(), Vector<size>{});
                Vector<size> sum{};
                const KinkBoxes::Span* span = boxes_.row(row);
                for (std::size_t i = 0; i < inputs_.size(); ++i) {
                    const double sign = span[i].sign;
                    add<size>(sign, table.parts[i], sum);
                    add<size>(-sign, table.parts[i], changes[span[i].unsure]);
                    add<size>(-sign, table.parts[i], changes[span[i].sure]);
                }
                for (Index box = 0; box < per; ++box) {
                    add<size>(1.0, changes[static_cast<std::size_t>(box)], sum);
                    table.signed_sums[static_cast<std::size_t>(row * per + box)] = sum;
                }
            }
        });
        return table;
    }

    /// r_i x_i.
    Table<d> slopes(const Field& r) const
    {
        std::vector<Vector<d>> parts(inputs_.size(), Vector<d>{});
        for (std::size_t i = 0; i < parts.size(); ++i) {
            add<d>(r[static_cast<Index>(i)], inputs_[i], parts[i]);
        }
        return table<d>(std::move(parts));
    }

    /// w_i x_i x_i^T without what is twice in it, and w_i |x_i|^2.
    static constexpr int form_size = d * (d + 1) / 2 + 1;
    Table<form_size> forms(const Field& w) const
    {
        std::vector<Vector<form_size>> parts(inputs_.size());
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const double weight = w[static_cast<Index>(i)];
            parts[i] = products(inputs_[i]);
            for (double& part : parts[i]) {
                part *= weight;
            }
            parts[i].back() = weight * reach_[i] * reach_[i];
        }
        return table<form_size>(std::move(parts));
    }
    /// Of two entries of a vector; the last is 0.
    static Vector<form_size> products(const Vector<d>& x)
    {
        Vector<form_size> out{};
        std::size_t place = 0;
        for (std::size_t k = 0; k < d; ++k) {
            for (std::size_t l = k; l < d; ++l) {
                out[place++] = x[k] * x[l];
            }
        }
        return out;
    }

    /// even sum_i p_i + odd sum_i sign(z_i) p_i at w; on_kink(off, i) hears of every node that is near
    /// whether that sign is not 0.
    template <int size, class OnKink>
    [[gnu::always_inline]] Vector<size> at(const Table<size>& table, double even, double odd,
                                           const Vector<d>& w, std::uint32_t code, double tolerance,
                                           const OnKink& on_kink) const
    {
        const std::size_t box = code >> 1;
        const Vector<size>& sum = table.signed_sums[box];
        Vector<size> out;
        const double side = sides[code & 1] * odd;
        for (std::size_t k = 0; k < size; ++k) {
            out[k] = even * table.all[k] + side * sum[k];
        }
        for (const std::size_t i : boxes_.near(box)) {
            const double z = dot<d>(w, inputs_[i]);
            const bool off = std::abs(z) > tolerance * reach_[i];
            add<size>(off ? std::copysign(1.0, z) * odd : 0.0, table.parts[i], out);
            on_kink(off, i);
        }
        return out;
    }

    /// The adjoint of `table`.
    Field predictions(const Field& sums) const
    {
        Field of_nodes = Field::Zero(d * nodes());
        add_blocks(
            {shape().rows(), 16, 8},
            [&](Index first, Index count, Field& term) {
                std::vector<Vector<d>> beyond(static_cast<std::size_t>(shape().per_axis + 1), Vector<d>{});
                for (Index row = first; row < first + count; ++row) {
                    add_row(sums, row, beyond, term);
                }
            },
            of_nodes);
        Vector<d> all;
        std::copy_n(sums.data() + d * (shape().boxes() + 1), d, all.begin());
        Field f = half_ * sums.tail(nodes());
        for (Index i = 0; i < nodes(); ++i) {
            const Vector<d>& x = inputs_[static_cast<std::size_t>(i)];
            Vector<d> signed_sum;
            std::copy_n(of_nodes.data() + d * i, d, signed_sum.begin());
            f[i] += mean_ * dot<d>(x, all) + half_ * dot<d>(x, signed_sum);
        }
        return f;
    }

    /// To every node the sums of a row's boxes times the node's sign there; the last of `beyond` is 0.
    void add_row(const Field& sums, Index row, std::vector<Vector<d>>& beyond, Field& of_nodes) const
    {
        const Index per = shape().per_axis;
        Vector<d> whole{};
        for (Index box = per - 1; box >= 0; --box) {
            const double* sum = sums.data() + d * (row * per + box);
            for (std::size_t k = 0; k < d; ++k) {
                whole[k] += sum[k];
            }
            beyond[static_cast<std::size_t>(box)] = whole;
        }
        const KinkBoxes::Span* span = boxes_.row(row);
        double* __restrict out = of_nodes.data();
        for (Index i = 0; i < nodes(); ++i, out += d) {
            const double sign = span[i].sign;
            const Vector<d>&unsure = beyond[span[i].unsure], &sure = beyond[span[i].sure];
            for (std::size_t k = 0; k < d; ++k) {
                out[k] += sign * (whole[k] - unsure[k] - sure[k]);
            }
        }
    }

    double mean_, half_;
    KinkBoxes boxes_;
    std::vector<Vector<d>> inputs_;
    std::vector<double> reach_;
};

/// Nanoseconds of both sums as measured on one core; their ratios are what matters.
double cost_of_boxes(const BoxShape& shape, double neurons, double nodes)
{
    const double across =  // mean over random kinks and boxes
        0.45 * static_cast<double>(shape.d - 1) / static_cast<double>(shape.per_axis);
    return neurons * (38.0 + 11.5 * nodes * std::min(1.0, across)) +
           9.0 * static_cast<double>(shape.rows()) * nodes + 6.0 * static_cast<double>(shape.boxes());
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
    return 0.6 * static_cast<double>(weights + 1);
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
