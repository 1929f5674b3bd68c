// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "arcs.hpp"
#include "direction_boxes.hpp"
#include "held_neurons.hpp"
#include "moving_neurons.hpp"
#include "ridge_sums.hpp"
#include "widelimit/core/directions.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/products.hpp"
#include "widelimit/problem/features.hpp"

namespace widelimit {
namespace {

/// Nanoseconds of both sums of a point and a node where features are held.
constexpr double held_product = 0.6;

/// Sums go through nodes in parts: memory is that of the points and of the nodes, never of their product.
class Ridge : public Features, public HeldUnits {
public:
    Ridge(std::shared_ptr<const Activation> activation, Matrix inputs, Chart chart)
        : activation_(std::move(activation)), inputs_(std::move(inputs)), chart_(chart)
    {
        expects(chart_ != Chart::circle || inputs_.cols() == 2, "two weights on the circle");
        reach_ = inputs_.rowwise().norm();
        kinks_ = activation_->kinks();
        if (activation_->homogeneous()) {
            units_ = kinked_units(*activation_);
            has_loops_ = inputs_.cols() <= most_weights_of_loops;
            directions_ = (reach_.array() > 0.0).select(reach_.cwiseInverse(), 0.0).asDiagonal() * inputs_;
            if (chart_ == Chart::linear) {
                pieces_ = {inputs_, units_.above, units_.below};
            }
        }
    }

    Index size() const override { return inputs_.rows(); }
    bool has_slope() const override { return activation_->has_slope(); }
    const LinearPieces* pieces() const override { return pieces_ ? &*pieces_ : nullptr; }

    Matrix values(const Matrix& points) const override
    {
        Matrix z = preactivations(weights(points), 0, size());
        activation_->value(z);
        return z;
    }

    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Matrix w = weights(points);
        g = Field::Zero(points.cols());
        Matrix slope = Matrix::Zero(points.cols(), inputs_.cols());  // points x p
        if (has_loops_) {
            const Matrix along = w.transpose();
            pull_kinked(units_, along, tolerance(along), directions_, r.asDiagonal() * inputs_, slope);
            for (Index k = 0; k < along.cols(); ++k) {  // sigma(z) = z sigma'(z)
                g += slope.col(k).cwiseProduct(along.col(k));
            }
        } else {
            in_parts(points.cols(), [&](Index first, Index count) {
                Matrix z = preactivations(w, first, count), rise(z.rows(), z.cols());
                const auto of = r.segment(first, count);
                if (activation_->homogeneous()) {
                    rise = z;
                    activation_->slope(rise);
                } else {
                    activation_->value_and_slope(z, rise);
                    add_product(z, of, g);
                }
                add_slopes(rise, of, first, slope);
            });
        }
        if (activation_->homogeneous() && !has_loops_) {
            g = slope.cwiseProduct(w.transpose()).rowwise().sum();
        }
        gradient = along_coordinates(w, slope);
    }

    void push(const Matrix& points, const Field& c, Field& f) const override
    {
        const Matrix w = weights(points);
        if (has_loops_) {
            push_kinked(units_, w.transpose(), c, inputs_, f);
            return;
        }
        in_parts(points.cols(), [&](Index first, Index count) {
            Matrix z = preactivations(w, first, count);
            activation_->value(z);
            f.segment(first, count) += transposed_product(z, c);
        });
    }

    Field pulled(const Matrix& points, const Field& r) const override
    {
        const Matrix w = weights(points);
        Field g = Field::Zero(points.cols());
        if (has_loops_) {
            push_kinked(units_, inputs_, r, w.transpose(), g);
            return g;
        }
        in_parts(points.cols(), [&](Index first, Index count) {
            Matrix z = preactivations(w, first, count);
            activation_->value(z);
            add_product(z, r.segment(first, count), g);
        });
        return g;
    }

    void squares(const Matrix& points, const Field& w, Field& value, Field& gradient) const override
    {
        const Matrix at = weights(points);
        value.setZero(points.cols());
        gradient.setZero(points.cols());
        if (has_loops_ && chart_ == Chart::linear) {
            const Matrix along = at.transpose();
            const Field squares = w.cwiseProduct(reach_.cwiseAbs2());
            square_kinked(units_, along, tolerance(along), directions_, squares, squares, value, gradient);
            return;
        }
        in_parts(points.cols(), [&](Index first, Index count) {
            Matrix z = preactivations(at, first, count), square(z.rows(), z.cols());
            activation_->value_and_slope(z, square);
            const auto of = w.segment(first, count);
            value.noalias() += z.cwiseAbs2() * of;
            square = square.cwiseAbs2();
            if (chart_ == Chart::linear) {
                gradient.noalias() += square * of.cwiseProduct(reach_.segment(first, count).cwiseAbs2());
            } else {
                const Matrix turned =
                    products(weights((points.array() + 0.5 * std::numbers::pi).matrix()), first, count);
                gradient.noalias() += square.cwiseProduct(turned.cwiseAbs2()) * of;
            }
        });
    }

    std::unique_ptr<FeatureSums> sums(const Matrix& points, Index line) const override
    {
        if (chart_ != Chart::linear) {
            return nullptr;
        }
        auto boxes = direction_boxes(points.cols(), held_product);
        // With two weights boxes are as fast as lines or faster.
        if (boxes && (inputs_.cols() == 2 || !Features::sums_pay(points.cols()))) {
            return resting_neurons(std::move(boxes), points);
        }
        auto along_lines = make_ridge_sums(*activation_, inputs_, points, line);
        if (along_lines || !boxes) {
            return along_lines;
        }
        return resting_neurons(std::move(boxes), points);
    }
    bool sums_pay(Index points) const override
    {
        return Features::sums_pay(points) || (has_loops_ && inputs_.cols() > 1);
    }

    std::unique_ptr<MovingNeurons> moving(Index neurons) const override;

    double bound(const Field& r) const override { return activation_->bound() * r.cwiseAbs().sum(); }
    double variation(const Field& r, const Field& apart) const override
    {
        return activation_->lipschitz() * r.cwiseAbs().dot(reach(apart));
    }
    double remainder(const Field& r, const Field& apart) const override
    {
        return 0.5 * activation_->slope_lipschitz() * r.cwiseAbs().dot(reach(apart).cwiseAbs2());
    }

    std::vector<double> kinks() const override
    {
        std::vector<double> places;
        for (const double kink : kinks_) {
            for (Index i = 0; i < inputs_.rows(); ++i) {
                add_kinks(kink, i, places);
            }
        }
        return places;
    }

    std::unique_ptr<Features> at(const Matrix& inputs) const override
    {
        return make_ridge(activation_, inputs, chart_);
    }

    Matrix weights(const Matrix& points) const override
    {
        if (chart_ == Chart::linear) {
            return points;
        }
        expects(points.rows() == 1, "one angle a point");
        return directions(points.data(), points.cols()).transpose();
    }

    Field hold(const Matrix& w, const Field& c, Matrix& value, Matrix& slope) const override
    {
        Field f(size());
        value.resize(w.cols(), size());
        slope.resize(w.cols(), size());
        in_parts(w.cols(), [&](Index first, Index count) {
            auto z = value.middleCols(first, count), rise = slope.middleCols(first, count);
            z = preactivations(w, first, count);
            activation_->value_and_slope(z, rise);
            f.segment(first, count) = transposed_product(z, c);
        });
        return f;
    }

    void pull_held(const Matrix& w, const Matrix& value, const Matrix& slope, const Field& r, Field& g,
                   Matrix& gradient) const override
    {
        g = Field::Zero(w.cols());
        add_product(value, r, g);
        Matrix along = Matrix::Zero(w.cols(), inputs_.cols());
        add_slopes(slope, r, 0, along);
        gradient = along_coordinates(w, along);
    }

private:
    std::unique_ptr<MovingNeurons> direction_boxes(Index neurons, double product) const
    {
        return has_loops_ && chart_ == Chart::linear && inputs_.cols() > 1
                   ? make_direction_boxes(units_, inputs_, neurons, product)
                   : nullptr;
    }

    /// Most that the preactivations change.
    Field reach(const Field& apart) const
    {
        return chart_ == Chart::linear
                   ? Field(inputs_.cwiseAbs() * apart)
                   : Field(Field::Constant(size(), std::numeric_limits<double>::infinity()));
    }

    /// slope_jk += sum_i rise_ji r_i x_ik over some nodes.
    void add_slopes(const Matrix& rise, const Eigen::Ref<const Field>& r, Index first, Matrix& slope) const
    {
        for (Index k = 0; k < slope.cols(); ++k) {
            add_product(rise, r.cwiseProduct(inputs_.col(k).segment(first, rise.cols())), slope.col(k));
        }
    }

    /// From the gradient in the weights (points x weights).
    Matrix along_coordinates(const Matrix& w, const Matrix& slope) const
    {
        if (chart_ == Chart::linear) {
            return slope.transpose();
        }
        return slope.col(1).transpose().cwiseProduct(w.row(0)) -
               slope.col(0).transpose().cwiseProduct(w.row(1));
    }

    /// Calls visit(first node, number of nodes), so that a number for each of them and of the points stays in
    /// a core's cache.
    template <class Visit>
    void in_parts(Index points, const Visit& visit) const
    {
        constexpr Index numbers = 8192;
        const Index at_once = std::max<Index>(8, numbers / std::max<Index>(1, points));
        for (Index first = 0; first < size(); first += at_once) {
            visit(first, std::min(at_once, size() - first));
        }
    }

    /// How far from a kink the slope of a unit is taken for that at the kink, in w . x over the length of x.
    static Field tolerance(const Matrix& w) { return round_off * w.rowwise().norm(); }

    /// points x nodes.  A point cell lies on a kink up to round-off: there z is the kink exactly.
    Matrix preactivations(const Matrix& w, Index first, Index count) const
    {
        Matrix z = products(w, first, count);
        if (!kinks_.empty()) {
            const Field length = w.colwise().norm();
            for (Index i = 0; i < z.cols(); ++i) {
                snap(length, length.maxCoeff(), first + i, z.col(i));
            }
        }
        return z;
    }

    /// w . x, points x nodes.
    Matrix products(const Matrix& w, Index first, Index count) const
    {
        const auto inputs = inputs_.middleRows(first, count);
        return w.rows() > most_inner ? Matrix(w.transpose() * inputs.transpose())
                                     : outer_product(w.transpose(), inputs);
    }

    void snap(const Field& length, double longest, Index i, Eigen::Ref<Field> z) const
    {
        for (const double kink : kinks_) {
            const double nearest = (z.array() - kink).abs().minCoeff();
            if (nearest > round_off * (longest * reach_[i] + std::abs(kink))) {
                continue;
            }
            for (Index j = 0; j < z.size(); ++j) {
                if (std::abs(z[j] - kink) <= round_off * (length[j] * reach_[i] + std::abs(kink))) {
                    z[j] = kink;
                }
            }
        }
    }

    void add_kinks(double kink, Index i, std::vector<double>& places) const
    {
        if (chart_ == Chart::linear) {
            if (inputs_.cols() == 1 && inputs_(i, 0) != 0.0) {
                places.push_back(kink / inputs_(i, 0));
            }
            return;
        }
        const double offset = kink / reach_[i];
        if (reach_[i] > 0.0 && std::abs(offset) < 1.0) {
            const double direction = std::atan2(inputs_(i, 1), inputs_(i, 0));
            const double half = offset == 0.0 ? 0.5 * std::numbers::pi : std::acos(offset);
            places.push_back(direction + half);
            places.push_back(direction - half);
        }
    }

    std::shared_ptr<const Activation> activation_;
    Matrix inputs_;
    Chart chart_;
    Field reach_;
    std::vector<double> kinks_;
    KinkedUnits units_;
    bool has_loops_ = false;
    Matrix directions_;  ///< inputs of length 1
    std::optional<LinearPieces> pieces_;
};

std::unique_ptr<MovingNeurons> Ridge::moving(Index neurons) const
{
    if (auto boxes = direction_boxes(neurons, cost_of_product(inputs_.cols()))) {
        return boxes;
    }
    auto products = Features::moving(neurons);
    if (activation_->homogeneous() || neurons * size() > most_held_pairs) {
        return products;
    }
    return make_held_neurons(*this, std::move(products));
}

}  // namespace

std::unique_ptr<Features> make_ridge(std::shared_ptr<const Activation> activation, Matrix inputs, Chart chart)
{
    auto ridge = std::make_unique<Ridge>(activation, inputs, chart);
    if (chart == Chart::circle && activation->homogeneous()) {
        return make_arcs(std::move(ridge), *activation, inputs);
    }
    return ridge;
}

}  // namespace widelimit
