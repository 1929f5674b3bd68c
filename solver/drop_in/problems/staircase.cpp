// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/chi_rule.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// Quadrature over the sum of the inputs that the target does not see, half of it by symmetry.
constexpr Index half_rule = 16;

/// E_G sigma(u . z + shift + s G) at the corners z of {-1, 1}^P, of points u or (u, s); G is a standard
/// Gaussian number, the sum of many inputs, taken at the nodes of Gauss's rule.
class CornerFeatures : public Features {
public:
    /// corners x P.
    CornerFeatures(std::shared_ptr<const Activation> activation, Matrix corners, double shift, bool rest)
        : activation_(std::move(activation)), corners_(std::move(corners)), shift_(shift)
    {
        if (!rest) {
            sums_ = {Field::Zero(1), Field::Ones(1)};
            return;
        }
        // The length of one Gaussian number, with either sign.
        const GaussRule half = chi_rule(1, half_rule);
        sums_ = {Field(2 * half_rule), Field(2 * half_rule)};
        sums_.nodes << half.nodes, -half.nodes;
        sums_.weights << 0.5 * half.weights, 0.5 * half.weights;
    }

    Index size() const override { return corners_.rows(); }
    Matrix values(const Matrix& points) const override
    {
        Matrix values = Matrix::Zero(points.cols(), size());
        for (Index q = 0; q < sums_.nodes.size(); ++q) {
            Matrix z = arguments(points, q);
            activation_->value(z);
            values += sums_.weights[q] * z;
        }
        return values;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Index known = corners_.cols();
        g = Field::Zero(points.cols());
        gradient = Matrix::Zero(points.rows(), points.cols());
        for (Index q = 0; q < sums_.nodes.size(); ++q) {
            Matrix value = arguments(points, q), slope = value;
            activation_->value_and_slope(value, slope);
            g += sums_.weights[q] * (value * r);
            slope = sums_.weights[q] * slope * r.asDiagonal();
            gradient.topRows(known) += (slope * corners_).transpose();
            if (points.rows() > known) {
                gradient.row(known) += sums_.nodes[q] * slope.rowwise().sum().transpose();
            }
        }
    }

private:
    /// points x corners.
    Matrix arguments(const Matrix& points, Index q) const
    {
        const Index known = corners_.cols();
        Matrix z = (points.topRows(known).transpose() * corners_.transpose()).array() + shift_;
        if (points.rows() > known) {
            z.colwise() += sums_.nodes[q] * points.row(known).transpose();
        }
        return z;
    }

    std::shared_ptr<const Activation> activation_;
    Matrix corners_;
    double shift_;
    GaussRule sums_;
};

/// Constant factors of the speed of the output weight and of the input weights.
class Rates : public Mobility {
public:
    explicit Rates(Field rates) : rates_(std::move(rates)) {}
    Matrix value(const Matrix& points) const override { return rates_.replicate(1, points.cols()); }
    Matrix slope(const Matrix& points) const override { return Matrix::Zero(points.rows(), points.cols()); }

private:
    Field rates_;
};

/// All corners of {-1, 1}^P as rows.
Matrix corners(Index p)
{
    const Index count = Index{1} << p;
    Matrix all(count, p);
    for (Index k = 0; k < count; ++k) {
        for (Index i = 0; i < p; ++i) {
            all(k, i) = (k >> i) % 2 == 0 ? 1.0 : -1.0;
        }
    }
    return all;
}

/// Sum of the monomials, rows [coefficient, exponent of z_1, ..., exponent of z_P], at every corner.
Field target_at(const Settings& section, const Matrix& monomials, const Matrix& corners)
{
    Field h = Field::Zero(corners.rows());
    for (Index m = 0; m < monomials.rows(); ++m) {
        Field term = Field::Constant(corners.rows(), monomials(m, 0));
        for (Index i = 1; i < monomials.cols(); ++i) {
            if (monomials(m, i) != 0.0 && monomials(m, i) != 1.0) {
                section.fail("monomials", "expected exponents 0 or 1: z^2 = 1");
            }
            if (monomials(m, i) == 1.0) {
                term = term.cwiseProduct(corners.col(i - 1));
            }
        }
        h += term;
    }
    return h;
}

std::vector<Coordinate> coordinates(Index known, bool rest)
{
    std::vector<Coordinate> all = {{"a", "weight of the output"}};
    for (Index k = 1; k <= known; ++k) {
        all.push_back({known == 1 ? "u" : "u" + std::to_string(k), "weight of an input of the target"});
    }
    if (rest) {
        all.push_back(
            {"s", "length of the other input weights", false, 0.0, std::numeric_limits<double>::quiet_NaN()});
    }
    return all;
}

/// Inputs are +1 or -1, the first P of them those of the target.
struct Signs {
    Matrix corners;
    Field targets;

    double operator()(Draws& draws, Eigen::Ref<Field> x) const
    {
        Index corner = 0;
        for (Index i = 0; i < x.size(); ++i) {
            const bool negative = draws.uniform() > 0.5;
            x[i] = negative ? -1.0 : 1.0;
            corner += negative && i < corners.cols() ? Index{1} << i : 0;
        }
        return targets[corner];
    }
};

std::shared_ptr<const FullNetwork> full_network(const Settings& section,
                                                std::shared_ptr<const Activation> units, const Signs& signs,
                                                bool rest)
{
    const Index dimension = section.integer("dimension"), known = signs.corners.cols();
    if (dimension <= known) {
        section.fail("dimension", "expected more inputs than those of the target");
    }
    auto full = std::make_shared<FullNetwork>();
    full->dimension = dimension;
    full->activation = std::move(units);
    full->shift = section.number("shift");
    full->trains_outputs = true;
    full->input_rate = section.number("input_rate");
    full->output_rate = section.number("output_rate");
    full->decay = section.number("decay");
    full->lift = [known, rest](Draws& draws, const Field& point, double, Eigen::Ref<Field> w, double& a) {
        a = point[0];
        w.head(known) = point.segment(1, known);
        w.tail(w.size() - known) = (rest ? point[known + 1] : 0.0) * draws.direction(w.size() - known);
    };
    full->reduce = [known, rest](const Neurons& neurons) {
        Matrix points(1 + known + (rest ? 1 : 0), neurons.outputs.size());
        points.row(0) = neurons.outputs.transpose();
        points.middleRows(1, known) = neurons.inputs.topRows(known);
        if (rest) {
            points.row(known + 1) = neurons.inputs.bottomRows(neurons.inputs.rows() - known).colwise().norm();
        }
        return ReducedNeurons{std::move(points), Field::Ones(neurons.outputs.size())};
    };
    full->sample = signs;
    return full;
}

Problem make_staircase_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem"), table = root.table("network").table("activation");
    const Matrix monomials = section.matrix("monomials");
    const Index known = monomials.cols() - 1;
    if (known < 1 || known > 10) {
        section.fail("monomials", "expected rows [coefficient, exponents of z_1, ...] of one to ten inputs");
    }
    const bool rest = section.flag("others");
    const ActivationEntry& entry = activations().find(table.text("name"));
    std::shared_ptr<const Activation> activation = entry.make(table);
    if (!activation->has_slope() || (rest && !activation->kinks().empty())) {
        table.fail("name", rest ? "expected a smooth activation: it is averaged by a Gauss rule"
                                : "expected an activation with a slope");
    }
    const Matrix inputs = corners(known);
    Problem problem;
    problem.coordinates = coordinates(known, rest);
    problem.amplitude = Amplitude::axis;
    problem.features = std::make_shared<CornerFeatures>(activation, inputs, section.number("shift"), rest);
    const Field target = target_at(section, monomials, inputs);
    if (section.has("dimension")) {
        problem.full = full_network(section, activation, {inputs, target}, rest);
    }
    const double weight = 1.0 / static_cast<double>(inputs.rows());
    const Settings none(Value::table(), Schema());
    problem.risk = risks().find("square").make(none, {Field::Constant(inputs.rows(), weight), target});
    Field rates =
        Field::Constant(static_cast<Index>(problem.coordinates.size()), section.number("input_rate"));
    rates[0] = section.number("output_rate");
    problem.mobility = std::make_shared<Rates>(rates);
    problem.confinement = quadratic_field(section.number("decay"));
    read_common(root, problem, "uniform");
    return problem;
}

const bool staircase_problem_registered = problems().add(
    {"staircase",
     "a function of a few of many inputs +1 and -1, learnt by units a sigma(w . x + shift): the law of the "
     "output weight, of the weights of these inputs, and of the length of the others",
     make_staircase_problem,
     {{"problem.monomials", "matrix", "[[1, 1, 0], [1, 1, 1]]", "",
       "the function as rows [coefficient, exponent of z_1, ..., exponent of z_P]; z_1 + z_1 z_2 by default"},
      {"problem.shift", "number", "0.0", "", "bias of all units, not trained"},
      {"problem.others", "flag", "true", "",
       "false: weights of the inputs that the function does not see start at 0, and stay there"},
      {"problem.output_rate", "number", "1.0", "> 0", "factor of the speed of the output weights"},
      {"problem.input_rate", "number", "1.0", "> 0", "factor of the speed of the input weights"},
      {"problem.dimension", "integer", "-", ">= 1",
       "dimension of the inputs of networks that are trained online (particles.online); the measure knows "
       "none"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 (a^2 + |w|^2)"}}});

}  // namespace
}  // namespace widelimit
