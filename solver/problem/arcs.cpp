// SPDX-License-Identifier: BSD-3-Clause
#include "arcs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>

#include "ridge_loops.hpp"
#include "widelimit/core/blocks.hpp"
#include "widelimit/core/directions.hpp"
#include "widelimit/core/elementary.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

constexpr double turn = 2.0 * std::numbers::pi;

/// Angles in [0, 2 pi], 0 if that cannot be said.
WIDELIMIT_WIDE_LOOP void reduce_each(const double* angles, Index count, double* __restrict places)
{
    for (Index k = 0; k < count; ++k) {
        const double turns = angles[k] / turn, near = nearest_whole(turns),
                     below = turns < near ? near - 1.0 : near;
        const double place = std::max(0.0, std::min(turn, angles[k] - below * turn));
        places[k] = std::abs(turns) < 1e15 ? place : 0.0;
    }
}

double reduced(double angle)
{
    double place = 0.0;
    reduce_each(&angle, 1, &place);
    return place;
}

/// The kinks of all nodes in the order of their angles, and which of them are next to an angle.  Arc k lies
/// between the kinks k - 1 and k; the first and the last arc are the same one.
class KinkOrder {
public:
    explicit KinkOrder(const Matrix& inputs)
    {
        for (Index i = 0; i < inputs.rows(); ++i) {
            if (inputs.row(i).norm() > 0.0) {
                const double direction = std::atan2(inputs(i, 1), inputs(i, 0));
                kinks_.push_back({reduced(direction - 0.5 * std::numbers::pi), i, true});
                kinks_.push_back({reduced(direction + 0.5 * std::numbers::pi), i, false});
            }
        }
        std::stable_sort(kinks_.begin(), kinks_.end(),
                         [](const Kink& a, const Kink& b) { return a.angle < b.angle; });
        // Most buckets have no kink, so that a processor foresees how the search ends.
        first_.assign(8 * kinks_.size() + 2, 0);
        for (const Kink& kink : kinks_) {
            ++first_[bucket(kink.angle) + 1];
        }
        std::partial_sum(first_.begin(), first_.end(), first_.begin());
    }

    struct Kink {
        double angle;
        Index node;
        bool rising;
    };
    const std::vector<Kink>& kinks() const { return kinks_; }
    Index arcs() const { return static_cast<Index>(kinks_.size()) + 1; }

    /// Number of kinks at or below an angle of [0, 2 pi].
    Index arc(double angle) const
    {
        const std::size_t b = bucket(angle);
        std::size_t k = first_[b];
        while (k < first_[b + 1] && kinks_[k].angle <= angle) {
            ++k;
        }
        return static_cast<Index>(k);
    }
    bool near_kink(Index arc, double angle) const
    {
        const auto k = static_cast<std::size_t>(arc);
        return (k > 0 && angle - kinks_[k - 1].angle < near) ||
               (k < kinks_.size() && kinks_[k].angle - angle < near);
    }

private:
    static constexpr double near = 1e-12;

    std::size_t bucket(double angle) const
    {
        const std::size_t count = first_.size() - 1;
        return std::min(count - 1, static_cast<std::size_t>(angle * (static_cast<double>(count) / turn)));
    }

    std::vector<Kink> kinks_;
    std::vector<std::uint32_t> first_;
};

struct Direction {
    double x, y;
};

/// Of angles, and these between 0 and 2 pi.
class Directions {
public:
    explicit Directions(const Matrix& points)
        : w_(directions(points.data(), points.cols())), places_(points.cols())
    {
        reduce_each(points.data(), points.cols(), places_.data());
    }
    Direction operator[](Index j) const { return {w_(j, 0), w_(j, 1)}; }
    double place(Index j) const { return places_[j]; }

private:
    Matrix w_;
    Field places_;
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
        Placed(*this, points).pull(r, g, gradient);
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
        Placed(*this, points).squares(w, value, gradient);
    }

private:
    /// Points whose arcs and directions are known.
    class Placed : public FeatureSums, public NeuronSums {
    public:
        Placed(const Arcs& arcs, const Matrix& points)
            : arcs_(&arcs), arc_(points.cols()), place_(points.cols()), w_(2, points.cols())
        {
            for_each_block(blocks(), [&](Index first, Index count) {
                const Directions along(points.middleCols(first, count));
                for (Index j = 0; j < count; ++j) {
                    arc_[first + j] = arcs_->order_.arc(along.place(j));
                    place_[first + j] = along.place(j);
                    w_.col(first + j) << along[j].x, along[j].y;
                }
            });
        }

        Field push(const Field& c) const override
        {
            Field sums = Field::Zero(2 * arcs_->order_.arcs()), f = Field::Zero(arcs_->size());
            add_blocks(
                blocks(),
                [&](Index first, Index count, Field& term) {
                    for (Index j = first; j < first + count; ++j) {
                        term[2 * arc_[j]] += c[j] * w_(0, j);
                        term[2 * arc_[j] + 1] += c[j] * w_(1, j);
                    }
                },
                sums);
            arcs_->add_predictions(sums.reshaped(2, arcs_->order_.arcs()), f);
            return f;
        }
        Field pull(const Field& r) const override
        {
            const Matrix sums = arcs_->sums_of(r);
            Field g(arc_.size());
            for_each_block(blocks(), [&](Index first, Index count) {
                for (Index j = first; j < first + count; ++j) {
                    g[j] = w_.col(j).dot(sums.col(arc_[j]));
                }
            });
            return g;
        }
        void pull(const Field& r, Field& g, Matrix& gradient) const override
        {
            const Matrix sums = arcs_->sums_of(r);
            g.resize(arc_.size());
            gradient.resize(1, arc_.size());
            for_each_block(blocks(), [&](Index first, Index count) {
                for (Index j = first; j < first + count; ++j) {
                    const Direction w{w_(0, j), w_(1, j)};
                    const Eigen::Vector2d s = arcs_->at_angle(sums, arc_[j], place_[j], w);
                    g[j] = w.x * s[0] + w.y * s[1];
                    gradient(0, j) = w.x * s[1] - w.y * s[0];
                }
            });
        }

        void squares(const Field& w, Field& value, Field& gradient) const override
        {
            const Matrix sums = arcs_->square_sums(w);
            value.resize(arc_.size());
            gradient.resize(arc_.size());
            for_each_block(blocks(), [&](Index first, Index count) {
                for (Index j = first; j < first + count; ++j) {
                    const auto a = sums.col(arc_[j]);
                    const double x = w_(0, j), y = w_(1, j);
                    value[j] = x * x * a[0] + 2.0 * x * y * a[1] + y * y * a[2];
                    gradient[j] = y * y * a[0] - 2.0 * x * y * a[1] + x * x * a[2];
                }
            });
        }

    private:
        /// Each has sums over all arcs.
        Blocks blocks() const { return {arc_.size(), std::max<Index>(1024, 2 * arcs_->order_.arcs()), 8}; }

        const Arcs* arcs_;
        Eigen::VectorX<Index> arc_;
        Field place_;
        Matrix w_;
    };

    class Neurons : public MovingNeurons {
    public:
        explicit Neurons(const Arcs& arcs) : arcs_(&arcs) {}
        std::unique_ptr<NeuronSums> at(Matrix points) const override
        {
            return std::make_unique<Placed>(*arcs_, points);
        }

    private:
        const Arcs* arcs_;
    };

    /// Per arc sum_i r_i sigma'(z_i) x_i.
    Matrix sums_of(const Field& r) const
    {
        return table(inputs_.transpose() * r.asDiagonal(), above_, below_);
    }

    /// Per arc sum_i w_i sigma'(z_i)^2 (x^2, x y, y^2)_i.
    Matrix square_sums(const Field& w) const
    {
        const auto x = inputs_.col(0).array(), y = inputs_.col(1).array();
        Matrix forms(3, size());
        forms << (w.array() * x * x).transpose().matrix(), (w.array() * x * y).transpose().matrix(),
            (w.array() * y * y).transpose().matrix();
        return table(forms, above_ * above_, below_ * below_);
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
    Matrix table(const Matrix& columns, double above, double below) const
    {
        Matrix sums(columns.rows(), order_.arcs());
        sums.col(0).setZero();
        for (Index i = 0; i < size(); ++i) {
            sums.col(0) += (starts_active(i) ? above : below) * columns.col(i);
        }
        for (Index k = 0; k + 1 < order_.arcs(); ++k) {
            const auto& kink = order_.kinks()[static_cast<std::size_t>(k)];
            const double jump = kink.rising ? above - below : below - above;
            sums.col(k + 1) = sums.col(k) + jump * columns.col(kink.node);
        }
        return sums;
    }

    /// At a kink the mean of both sides, by the same criterion as in the direct sums.
    Eigen::Vector2d at_angle(const Matrix& sums, Index arc, double place, const Direction& w) const
    {
        if (!order_.near_kink(arc, place)) {
            return sums.col(arc);
        }
        Index low = arc, high = arc;
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

    /// f_i += x_i . (sum over the arcs where the node is active * above + sum over the others * below).
    void add_predictions(const Matrix& sums, Field& f) const
    {
        Matrix before(2, order_.arcs() + 1);
        before.col(0).setZero();
        for (Index k = 0; k < order_.arcs(); ++k) {
            before.col(k + 1) = before.col(k) + sums.col(k);
        }
        const Eigen::Vector2d total = before.col(order_.arcs());
        for (Index i = 0; i < size(); ++i) {
            const auto node = static_cast<std::size_t>(i);
            Eigen::Vector2d active = before.col(falls_[node] + 1) - before.col(rises_[node] + 1);
            if (starts_active(i)) {
                active += total;
            }
            f[i] += inputs_.row(i).dot(below_ * total + (above_ - below_) * active);
        }
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
