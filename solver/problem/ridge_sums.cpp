// SPDX-License-Identifier: BSD-3-Clause
#include "ridge_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "widelimit/core/blocks.hpp"
#include "widelimit/core/fft.hpp"
#include "widelimit/core/instructions.hpp"

namespace widelimit {
namespace {

/// PointLines of points with the same weights but for their biases, which are from + k * step.
struct PointLines {
    Index length = 0, number = 0;
    double from = 0.0, step = 0.0;
    Matrix weights;  ///< without the bias, one column a line

    static std::unique_ptr<PointLines> find(const Matrix& points, Index line)
    {
        const Index last = points.rows() - 1;
        if (last < 1 || line < 2 || points.cols() < line || points.cols() % line != 0) {
            return nullptr;
        }
        auto lines = std::make_unique<PointLines>();
        lines->length = line;
        lines->number = points.cols() / line;
        lines->from = points(last, 0);
        lines->step = (points(last, line - 1) - lines->from) / static_cast<double>(line - 1);
        lines->weights.resize(last, lines->number);
        const double most = 1e-12 * std::abs(lines->step) * static_cast<double>(line);
        for (Index d = 0; d < lines->number; ++d) {
            lines->weights.col(d) = points.col(d * line).head(last);
            for (Index k = 0; k < line; ++k) {
                const auto point = points.col(d * line + k);
                if (std::abs(point[last] - lines->bias(k)) > most ||
                    !(point.head(last).array() == lines->weights.col(d).array()).all()) {
                    return nullptr;
                }
            }
        }
        return lines->step > 0.0 ? std::move(lines) : nullptr;
    }
    double bias(Index k) const { return from + step * static_cast<double>(k); }
};

/// What all kinds share: the lines, and the data without their constant column.
class RidgeSums : public FeatureSums {
public:
    RidgeSums(PointLines lines, const Matrix& inputs)
        : lines_(std::move(lines)),
          inputs_(inputs.leftCols(inputs.cols() - 1)),
          scale_(inputs(0, inputs.cols() - 1))
    {}

    Field push(const Field& c) const override
    {
        Field f = Field::Zero(inputs_.rows());
        add_blocks(
            {lines_.number, 1, 2},
            [&](Index line, Index, Field& term) {
                push_line(preactivations(line), c.segment(line * lines_.length, lines_.length), term);
            },
            f);
        return f;
    }
    Field pull(const Field& r) const override
    {
        Field g(lines_.number * lines_.length);
        for_each_block({lines_.number, 1, 2}, [&](Index line, Index) {
            pull_line(preactivations(line), r, g.segment(line * lines_.length, lines_.length));
        });
        return g;
    }

protected:
    using Line = Eigen::Ref<const Field>;
    /// f_i += sum_k c_k sigma(z_i + scale * bias_k).
    virtual void push_line(const Field& z, const Line& c, Field& f) const = 0;
    /// g_k = sum_i r_i sigma(z_i + scale * bias_k).
    virtual void pull_line(const Field& z, const Field& r, Eigen::Ref<Field> g) const = 0;

    Field preactivations(Index line) const { return inputs_ * lines_.weights.col(line); }

    PointLines lines_;
    Matrix inputs_;
    double scale_;
};

/// sigma(t) = above * t on one side of 0 and below * t on the other.
class KinkedSums : public RidgeSums {
public:
    KinkedSums(PointLines lines, const Matrix& inputs, const KinkedUnits& units)
        : RidgeSums(std::move(lines), inputs),
          units_(units),
          per_step_(1.0 / (scale_ * lines_.step)),
          first_(lines_.from / lines_.step)
    {}

protected:
    /// The first bias of the line at which z + scale * bias > 0 (scale > 0) or no longer is (scale < 0).
    Index turn(double z) const
    {
        const double place = 1.0 - z * per_step_ - first_;
        return static_cast<Index>(std::max(0.0, std::min(place, static_cast<double>(lines_.length))));
    }
    /// Slopes before and behind the turn.
    double before() const { return scale_ > 0.0 ? units_.below : units_.above; }
    double behind() const { return scale_ > 0.0 ? units_.above : units_.below; }

    void push_line(const Field& z, const Line& c, Field& f) const override
    {
        Field mass(lines_.length + 1), moment(lines_.length + 1);
        mass[0] = moment[0] = 0.0;
        for (Index k = 0; k < lines_.length; ++k) {
            mass[k + 1] = mass[k] + c[k];
            moment[k + 1] = moment[k] + c[k] * lines_.bias(k);
        }
        for (Index i = 0; i < z.size(); ++i) {
            const Index k = turn(z[i]);
            const double low = z[i] * mass[k] + scale_ * moment[k];
            const double high =
                z[i] * (mass[lines_.length] - mass[k]) + scale_ * (moment[lines_.length] - moment[k]);
            f[i] += before() * low + behind() * high;
        }
    }

    void pull_line(const Field& z, const Field& r, Eigen::Ref<Field> g) const override
    {
        // Of the data whose turn is at most k.
        Field charge = Field::Zero(lines_.length + 1), moment = charge;
        for (Index i = 0; i < z.size(); ++i) {
            const Index k = turn(z[i]);
            charge[k] += r[i];
            moment[k] += r[i] * z[i];
        }
        const double all = charge.sum(), all_moments = moment.sum();
        double passed = 0.0, passed_moments = 0.0;
        for (Index k = 0; k < lines_.length; ++k) {
            passed += charge[k];
            passed_moments += moment[k];
            const double bias = scale_ * lines_.bias(k);
            g[k] = behind() * (passed_moments + bias * passed) +
                   before() * (all_moments - passed_moments + bias * (all - passed));
        }
    }

private:
    KinkedUnits units_;
    double per_step_, first_;  ///< steps of biases per z, and from 0 to the first bias
};

/// Nodes of Lagrange's polynomials, and how many of these are made at a time.
constexpr Index nodes_of_polynomial = 8, places_at_once = 64;

/// Weights of the nodes 0, ..., 7, one after another, at places in [3, 4].
struct LagrangeWeights {
    std::array<std::array<double, static_cast<std::size_t>(places_at_once)>, 8> of;
};

WIDELIMIT_WIDE_LOOP void set_weights(const double* place, Index count, LagrangeWeights& out)
{
    // Products of (place - other nodes) over products of distances of nodes.
    for (Index k = 0; k < count; ++k) {
        const double x = place[k], a = x * (x - 1.0), b = a * (x - 2.0), c = b * (x - 3.0);
        const double h = (x - 7.0) * (x - 6.0), g = h * (x - 5.0), f = g * (x - 4.0);
        const auto n = static_cast<std::size_t>(k);
        out.of[0][n] = (x - 1.0) * (x - 2.0) * (x - 3.0) * f / -5040.0;
        out.of[1][n] = x * (x - 2.0) * (x - 3.0) * f / 720.0;
        out.of[2][n] = a * (x - 3.0) * f / -240.0;
        out.of[3][n] = b * f / 144.0;
        out.of[4][n] = c * g / -144.0;
        out.of[5][n] = c * (x - 4.0) * h / 240.0;
        out.of[6][n] = c * (x - 4.0) * (x - 5.0) * (x - 7.0) / -720.0;
        out.of[7][n] = c * (x - 4.0) * (x - 5.0) * (x - 6.0) / 5040.0;
    }
}

/// sigma along the fine grid start + m * step, m = 0, ..., count - 1.
Field activation_at(const Activation& activation, double start, double step, Index count)
{
    Matrix values(count, 1);
    for (Index m = 0; m < count; ++m) {
        values(m, 0) = start + step * static_cast<double>(m);
    }
    activation.value(values);
    return values.col(0);
}

class SmoothSums : public RidgeSums {
public:
    /// `fine` steps of its grid a step of biases.
    SmoothSums(PointLines lines, const Matrix& inputs, const Activation& activation, Index fine)
        : RidgeSums(std::move(lines), inputs),
          fine_(fine),
          step_(std::abs(scale_) * lines_.step / static_cast<double>(fine)),
          size_(0)
    {
        double least = 0.0, most = 0.0;
        for (Index d = 0; d < lines_.number; ++d) {
            const Field z = preactivations(d);
            least = d == 0 ? z.minCoeff() : std::min(least, z.minCoeff());
            most = d == 0 ? z.maxCoeff() : std::max(most, z.maxCoeff());
        }
        // Places of z: start_ + k step, k = 0, ..., places_ - 1, some beyond either end.
        start_ = least - 4.0 * step_;
        places_ = static_cast<Index>(std::ceil((most - least) / step_)) + 2 * nodes_of_polynomial;
        const Index span = (lines_.length - 1) * fine_ + 1;
        size_ = smooth_size(places_ + span);
        transform_ = std::make_unique<RowTransform<double>>(size_, size_ / 2 + 1);
        // sigma(start + k step + scale * bias_m): m counts from the end that makes the argument rise.
        const double first = scale_ > 0.0 ? lines_.from : lines_.bias(lines_.length - 1);
        const auto values = new_reals<double>(size_);
        std::fill_n(values.get(), size_, 0.0);
        const Field sigma = activation_at(activation, start_ + scale_ * first, step_, places_ + span - 1);
        std::copy_n(sigma.data(), sigma.size(), values.get());
        modes_ = new_modes<double>(size_ / 2 + 1);
        transform_->forward(values.get(), modes_.get());
    }

protected:
    void push_line(const Field& z, const Line& c, Field& f) const override
    {
        // table_k = sum_m c_m sigma_(k + fine m): the transform of sigma times the conjugate one of c.
        const auto table = new_reals<double>(size_);
        std::fill_n(table.get(), size_, 0.0);
        for (Index m = 0; m < lines_.length; ++m) {
            table[static_cast<std::size_t>(fine_ * m)] = c[of_rising(m)];
        }
        correlate(table.get());
        for_each_place(
            z,
            [&](Index i, const double* node, const auto& weight) {
                double sum = 0.0;
                for (std::size_t j = 0; j < 8; ++j) {
                    sum += weight(j) * node[j];
                }
                f[i] += sum;
            },
            table.get());
    }

    void pull_line(const Field& z, const Field& r, Eigen::Ref<Field> g) const override
    {
        const auto table = new_reals<double>(size_);
        std::fill_n(table.get(), size_, 0.0);
        for_each_place(
            z,
            [&](Index i, double* node, const auto& weight) {
                for (std::size_t j = 0; j < 8; ++j) {
                    node[j] += weight(j) * r[i];
                }
            },
            table.get());
        correlate(table.get());
        for (Index m = 0; m < lines_.length; ++m) {
            g[of_rising(m)] = table[static_cast<std::size_t>(fine_ * m)];
        }
    }

private:
    /// Calls visit(datum, first of eight nodes, weight of a node).
    template <class Visit>
    void for_each_place(const Field& z, const Visit& visit, double* table) const
    {
        LagrangeWeights weights;
        std::array<double, static_cast<std::size_t>(places_at_once)> places;
        std::array<double*, static_cast<std::size_t>(places_at_once)> nodes;
        const double per_step = 1.0 / step_;
        for (Index first = 0; first < z.size(); first += places_at_once) {
            const Index count = std::min(places_at_once, z.size() - first);
            for (Index k = 0; k < count; ++k) {
                const double place = (z[first + k] - start_) * per_step;
                const Index node = static_cast<Index>(place) - 3;
                nodes[static_cast<std::size_t>(k)] = table + node;
                places[static_cast<std::size_t>(k)] = place - static_cast<double>(node);
            }
            set_weights(places.data(), count, weights);
            for (Index k = 0; k < count; ++k) {
                const auto n = static_cast<std::size_t>(k);
                visit(first + k, nodes[n], [&](std::size_t j) { return weights.of[j][n]; });
            }
        }
    }
    Index of_rising(Index m) const { return scale_ > 0.0 ? m : lines_.length - 1 - m; }

    /// table_k -> sum_m table_m sigma_(k + m).
    void correlate(double* table) const
    {
        const auto modes = new_modes<double>(size_ / 2 + 1);
        transform_->forward(table, modes.get());
        const double factor = 1.0 / static_cast<double>(size_);
        for (Index k = 0; k <= size_ / 2; ++k) {
            const auto number = static_cast<std::size_t>(k);
            modes[number] = factor * std::conj(modes[number]) * modes_[number];
        }
        transform_->backward(modes.get(), table, modes.get());
    }

    Index fine_;
    double step_, start_ = 0.0;
    Index places_ = 0, size_;
    std::unique_ptr<RowTransform<double>> transform_;
    Modes<double> modes_;
};

/// The least refinement that interpolates sigma between -reach and reach; 0: none.
Index refinement(const Activation& activation, double step, double reach)
{
    constexpr Index most_nodes = 1 << 22;
    LagrangeWeights weights;
    const double middle = 3.5;
    set_weights(&middle, 1, weights);
    for (Index fine = 1; fine <= 16; fine *= 2) {
        const double h = step / static_cast<double>(fine);
        const auto count = static_cast<double>(2.0 * reach / h) + 9.0;
        if (!(count < most_nodes)) {
            return 0;
        }
        const auto nodes = static_cast<Index>(count);
        const double start = -0.5 * h * static_cast<double>(nodes - 1);
        const Field at = activation_at(activation, start, h, nodes);
        const Field between = activation_at(activation, start + 3.5 * h, h, nodes - 7);
        double error = 0.0;
        for (Index k = 0; k < between.size(); ++k) {
            double value = 0.0;
            for (Index j = 0; j < nodes_of_polynomial; ++j) {
                value += weights.of[static_cast<std::size_t>(j)][0] * at[k + j];
            }
            error = std::max(error, std::abs(value - between[k]));
        }
        if (error <= 1e-11 * at.cwiseAbs().maxCoeff()) {
            return fine;
        }
    }
    return 0;
}

}  // namespace

std::unique_ptr<FeatureSums> make_ridge_sums(const Activation& activation, const Matrix& inputs,
                                             const Matrix& points, Index line)
{
    const auto constant = inputs.col(inputs.cols() - 1).array();
    const double scale = inputs.rows() > 0 ? constant[0] : 0.0;
    std::unique_ptr<PointLines> lines = PointLines::find(points, line);
    if (!lines || scale == 0.0 || !(constant == scale).all()) {
        return nullptr;
    }
    if (activation.homogeneous()) {
        return std::make_unique<KinkedSums>(std::move(*lines), inputs, kinked_units(activation));
    }
    const double longest = inputs.leftCols(inputs.cols() - 1).rowwise().norm().maxCoeff();
    const double largest = std::max(std::abs(lines->from), std::abs(lines->bias(line - 1)));
    const double reach = lines->weights.colwise().norm().maxCoeff() * longest + std::abs(scale) * largest;
    const Index fine = refinement(activation, std::abs(scale) * lines->step, reach);
    if (fine == 0) {
        return nullptr;
    }
    return std::make_unique<SmoothSums>(std::move(*lines), inputs, activation, fine);
}

}  // namespace widelimit
