// SPDX-License-Identifier: BSD-3-Clause
#include "arcs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "kink_order.hpp"
#include "ridge_loops.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/directions.hpp"
#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

struct Direction {
    double x, y;
};

class Arcs : public Features {
public:
    Arcs(std::unique_ptr<Features> direct, const Activation& activation, Matrix inputs)
        : direct_(std::move(direct)), inputs_(std::move(inputs)), order_(inputs_)
    {
        const KinkedUnits units = kinked_units(activation);
        below_ = units.below;
        above_ = units.above;
        find_ends();
    }

    Index size() const override { return inputs_.rows(); }
    bool has_slope() const override { return direct_->has_slope(); }
    bool sinusoidal() const override { return true; }
    std::vector<double> kinks() const override { return direct_->kinks(); }
    Matrix values(const Matrix& points) const override { return direct_->values(points); }
    std::unique_ptr<Features> at(const Matrix& inputs) const override { return direct_->at(inputs); }

    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        g.resize(points.cols());
        gradient.resize(1, points.cols());
        Placed(*this, points).NeuronSums::pull(r, g, gradient);
    }
    void push(const Matrix& points, const Field& c, Field& f) const override
    {
        f += Placed(*this, points).push(c);
    }
    Field pulled(const Matrix& points, const Field& r) const override
    {
        return Placed(*this, points).pull(r);
    }

    std::unique_ptr<FeatureSums> sums(const Matrix& points, Index) const override
    {
        return std::make_unique<Placed>(*this, points);
    }
    std::unique_ptr<MovingNeurons> moving(Index) const override { return std::make_unique<Neurons>(*this); }

    /// A product takes some .6 ns a feature in a core's own cache, the sums 7 ns a point and 50 ns a node.
    bool sums_pay(Index points) const override
    {
        return points * size() >= 16 * points + 128 * size() || Features::sums_pay(points);
    }

    void squares(const Matrix& points, const Field& w, Field& value, Field& gradient) const override
    {
        value.resize(points.cols());
        gradient.resize(points.cols());
        Placed(*this, points).NeuronSums::squares(w, value, gradient);
    }

private:
    /// Points whose arcs and directions are known.
    class Placed : public FeatureSums, public NeuronSums {
    public:
        Placed(const Arcs& arcs, const Eigen::Ref<const Matrix>& points) : Placed(arcs, points.cols())
        {
            for_each_block(blocks(), [&](Index first, Index count) { place(points, first, count); });
        }
        /// Also f = push(c).
        Placed(const Arcs& arcs, const Eigen::Ref<const Matrix>& points, const Field& c, Field& f)
            : Placed(arcs, points.cols())
        {
            f = summed([&](Index first, Index count, Field& term) {
                place(points, first, count);
                add(c, first, count, term);
            });
        }

        Field push(const Field& c) const override
        {
            return summed([&](Index first, Index count, Field& term) { add(c, first, count, term); });
        }
        Field pull(const Field& r) const override
        {
            const Matrix sums = arcs_->sums_of(r);
            Field g(code_.size());
            for_each_block(blocks(), [&](Index first, Index count) {
                for (Index j = first; j < first + count; ++j) {
                    g[j] = w_(j, 0) * sums(0, arc(j)) + w_(j, 1) * sums(1, arc(j));
                }
            });
            return g;
        }
        void pull(const Field& r, const Use& use) const override
        {
            const Matrix sums = arcs_->sums_of(r);
            for_each_block(blocks(), [&](Index from, Index points) {
                for_each_few(from, points, [&](Index first, Index count) {
                    std::array<double, few> g, gradient;
                    for (Index k = 0; k < count; ++k) {
                        const Direction w{w_(first + k, 0), w_(first + k, 1)};
                        const Eigen::Vector2d s = arcs_->at_angle(sums, code_[first + k], w);
                        g[static_cast<std::size_t>(k)] = w.x * s[0] + w.y * s[1];
                        gradient[static_cast<std::size_t>(k)] = w.x * s[1] - w.y * s[0];
                    }
                    use(first, count, g.data(), gradient.data());
                });
            });
        }

        double squares(const Field& w, bool, const Measure& measure) const override
        {
            const Matrix sums = arcs_->square_sums(w);
            const auto of_block = [&](Index from, Index points) {
                double sum = 0.0;
                for_each_few(from, points, [&](Index first, Index count) {
                    std::array<double, few> value, gradient;
                    for (std::size_t k = 0; k < static_cast<std::size_t>(count); ++k) {
                        const Index j = first + static_cast<Index>(k);
                        const auto a = sums.col(arc(j));
                        const double x = w_(j, 0), y = w_(j, 1);
                        value[k] = x * x * a[0] + 2.0 * x * y * a[1] + y * y * a[2];
                        gradient[k] = y * y * a[0] - 2.0 * x * y * a[1] + x * x * a[2];
                    }
                    sum += measure(first, count, value.data(), gradient.data());
                });
                return sum;
            };
            return of_blocks(blocks(), of_block).sum();
        }

    private:
        Placed(const Arcs& arcs, Index points) : arcs_(&arcs), code_(points), w_(points, 2) {}

        void place(const Eigen::Ref<const Matrix>& points, Index from, Index points_of_block)
        {
            for_each_few(from, points_of_block, [&](Index first, Index count) {
                std::array<double, few> angles;
                for (Index k = 0; k < count; ++k) {
                    angles[static_cast<std::size_t>(k)] = points(0, first + k);
                }
                arcs_->order_.find(angles.data(), count, code_.data() + first);
                directions(angles.data(), count, x() + first, y() + first);
            });
        }
        /// To the sums of c w over every arc.
        void add(const Field& c, Index first, Index count, Field& term) const
        {
            const double *of = c.data() + first, *x = w_.col(0).data() + first, *y = w_.col(1).data() + first;
            const std::int32_t* const code = code_.data() + first;
            double* const sums = term.data();
            for (Index j = 0; j < count; ++j) {
                double* const sum = sums + 2 * (code[j] >> 1);
                sum[0] += of[j] * x[j];
                sum[1] += of[j] * y[j];
            }
        }
        /// Some neighbouring blocks have one term, so that few are to be added up.
        template <class Add>
        Field summed(const Add& add) const
        {
            const Blocks each = blocks();
            const Index number = each.number(),
                        terms = std::min(number, std::clamp<Index>(number / 16 * 4, 4, 64));
            Field sums = Field::Zero(2 * arcs_->order_.arcs());
            add_blocks(
                {terms, 1, each.shared() ? 2 : terms + 1},
                [&](Index k, Index, Field& term) {
                    for (Index b = number * k / terms; b < number * (k + 1) / terms; ++b) {
                        add(each.first(b), each.length(b), term);
                    }
                },
                sums);
            return arcs_->predictions(sums);
        }

        /// Each has sums over all arcs.
        Blocks blocks() const { return {code_.size(), std::max<Index>(1024, 2 * arcs_->order_.arcs()), 8}; }
        /// Numbers of so many points at a time need no memory but the stack.
        static constexpr Index few = 1024;
        template <class Visit>
        static void for_each_few(Index from, Index points, const Visit& visit)
        {
            for (Index k = 0; k < points; k += few) {
                visit(from + k, std::min(few, points - k));
            }
        }
        Index arc(Index j) const { return code_[j] >> 1; }
        double* x() { return w_.col(0).data(); }
        double* y() { return w_.col(1).data(); }

        const Arcs* arcs_;
        Eigen::VectorX<std::int32_t> code_;  ///< of KinkOrder::find
        Matrix w_;
    };

    class Neurons : public MovingNeurons {
    public:
        explicit Neurons(const Arcs& arcs) : arcs_(&arcs) {}
        std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points) const override
        {
            return std::make_unique<Placed>(*arcs_, points);
        }
        std::unique_ptr<NeuronSums> at(const Eigen::Ref<const Matrix>& points, const Field& c,
                                       Field& f) const override
        {
            return std::make_unique<Placed>(*arcs_, points, c, f);
        }

    private:
        const Arcs* arcs_;
    };

    /// Per arc sum_i r_i sigma'(z_i) x_i.
    Matrix sums_of(const Field& r) const
    {
        return table<2>(inputs_.transpose() * r.asDiagonal(), above_, below_);
    }

    /// Per arc sum_i w_i sigma'(z_i)^2 (x^2, x y, y^2)_i.
    Matrix square_sums(const Field& w) const
    {
        const auto x = inputs_.col(0).array(), y = inputs_.col(1).array();
        Matrix forms(3, size());
        forms << (w.array() * x * x).transpose().matrix(), (w.array() * x * y).transpose().matrix(),
            (w.array() * y * y).transpose().matrix();
        return table<3>(forms, above_ * above_, below_ * below_);
    }

    /// Places of each node's kinks in the order, and whether it is active on the first arc.
    void find_ends()
    {
        rises_.assign(static_cast<std::size_t>(size()), 0);
        falls_ = rises_;
        for (std::size_t k = 0; k < order_.kinks().size(); ++k) {
            const auto& kink = order_.kinks()[k];
            (kink.rising ? rises_ : falls_)[static_cast<std::size_t>(kink.node)] = static_cast<Index>(k);
        }
    }
    bool starts_active(Index i) const
    {
        const auto node = static_cast<std::size_t>(i);
        return falls_[node] < rises_[node];
    }

    /// Per arc the sum of the nodes' columns, those of active nodes times `above`, the others times `below`.
    template <int rows>
    Matrix table(const Matrix& columns, double above, double below) const
    {
        using Column = Eigen::Matrix<double, rows, 1>;
        const auto column = [](double* of, Index k) { return Eigen::Map<Column>(of + rows * k); };
        const auto of_node = [&](Index i) { return Eigen::Map<const Column>(columns.data() + rows * i); };
        Column sum = Column::Zero();
        for (Index i = 0; i < size(); ++i) {
            sum += (starts_active(i) ? above : below) * of_node(i);
        }
        Matrix sums(rows, order_.arcs());
        column(sums.data(), 0) = sum;
        Index arc = 0;
        for (const auto& kink : order_.kinks()) {
            sum += (kink.rising ? above - below : below - above) * of_node(kink.node);
            column(sums.data(), ++arc) = sum;
        }
        return sums;
    }

    /// At a kink the mean of both sides, by the same criterion as in the direct sums.
    Eigen::Vector2d at_angle(const Matrix& sums, std::int32_t code, const Direction& w) const
    {
        Index low = code >> 1, high = low;
        if (code % 2 == 0) {
            return sums.col(low);
        }
        while (low > 0 && on_kink(low - 1, w)) {
            --low;
        }
        while (high + 1 < order_.arcs() && on_kink(high, w)) {
            ++high;
        }
        return 0.5 * (sums.col(low) + sums.col(high));
    }
    bool on_kink(Index k, const Direction& w) const
    {
        const auto x = inputs_.row(order_.kinks()[static_cast<std::size_t>(k)].node);
        return std::abs(w.x * x[0] + w.y * x[1]) <= round_off * x.norm();
    }

    /// f_i = x_i . (sum over the arcs where the node is active * above + sum over the others * below).
    Field predictions(const Field& sums) const
    {
        Eigen::Matrix<double, 2, Eigen::Dynamic> before(2, order_.arcs() + 1);
        Eigen::Vector2d total = Eigen::Vector2d::Zero();
        for (Index k = 0; k < order_.arcs(); ++k) {
            before.col(k) = total;
            total += sums.segment<2>(2 * k);
        }
        before.rightCols(1) = total;
        Field f(size());
        for (Index i = 0; i < size(); ++i) {
            const auto node = static_cast<std::size_t>(i);
            Eigen::Vector2d active = before.col(falls_[node] + 1) - before.col(rises_[node] + 1);
            if (starts_active(i)) {
                active += total;
            }
            const Eigen::Vector2d all = below_ * total + (above_ - below_) * active;
            f[i] = inputs_(i, 0) * all[0] + inputs_(i, 1) * all[1];
        }
        return f;
    }

    std::unique_ptr<Features> direct_;
    Matrix inputs_;
    KinkOrder order_;
    double above_ = 0.0, below_ = 0.0;
    std::vector<Index> rises_, falls_;
};

}  // namespace

std::unique_ptr<Features> make_arcs(std::unique_ptr<Features> direct, const Activation& activation,
                                    const Matrix& inputs)
{
    expects(activation.homogeneous() && inputs.cols() == 2,
            "a positively homogeneous activation on the circle");
    return std::make_unique<Arcs>(std::move(direct), activation, inputs);
}

}  // namespace widelimit
