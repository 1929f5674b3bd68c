// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/network/averaged_knots.hpp"
#include "widelimit/network/linear_knots.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// Q(s_i), s_i = (sum_k v_ik r_k^2)^(1/2): the prediction at inputs with the variance v_ik in block k of a
/// neuron with weights of length r_k there.
class BlockFeatures : public Features {
public:
    /// nodes x blocks.
    BlockFeatures(std::shared_ptr<const Activation> average, Matrix variances)
        : average_(std::move(average)), variances_(std::move(variances))
    {}

    Index size() const override { return variances_.rows(); }
    Matrix values(const Matrix& points) const override
    {
        Matrix z = lengths(points);
        average_->value(z);
        return z;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Matrix s = lengths(points);
        Matrix value = s, slope = s;
        average_->value_and_slope(value, slope);
        g = value * r;
        // d s_i / d r_k = v_ik r_k / s_i; at s = 0 the even Q has no slope.
        slope = (s.array() > 0.0).select(slope.array() / s.array().max(1e-300), 0.0);
        const Matrix pulls = slope * r.asDiagonal() * variances_;
        gradient = points.cwiseProduct(pulls.transpose());
    }

private:
    /// points x nodes.
    Matrix lengths(const Matrix& points) const
    {
        return (points.cwiseAbs2().transpose() * variances_.transpose()).cwiseSqrt();
    }

    std::shared_ptr<const Activation> average_;
    Matrix variances_;
};

/// a E max(s_i G + b, 0) = a (s phi(b / s) + b Phi(b / s)), phi and Phi the density and the distribution of a
/// standard Gaussian number G: ReLU units with a trained bias.  Points are (b, r1, r2).
class BiasedBlockFeatures : public Features {
public:
    explicit BiasedBlockFeatures(Matrix variances) : variances_(std::move(variances)) {}

    Index size() const override { return variances_.rows(); }
    Matrix values(const Matrix& points) const override
    {
        Matrix values(points.cols(), size());
        for (Index j = 0; j < points.cols(); ++j) {
            for (Index i = 0; i < size(); ++i) {
                const Unit unit(points(0, j), length(points, j, i));
                values(j, i) = unit.s * unit.density + unit.b * unit.above;
            }
        }
        return values;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        g = values(points) * r;
        gradient = Matrix::Zero(points.rows(), points.cols());
        for (Index j = 0; j < points.cols(); ++j) {
            for (Index i = 0; i < size(); ++i) {
                // d / db = Phi, d / ds = phi, d s / d r_k = v_ik r_k / s.
                const Unit unit(points(0, j), length(points, j, i));
                gradient(0, j) += r[i] * unit.above;
                gradient.col(j).tail(2) += r[i] * unit.density / unit.s *
                                           variances_.row(i).transpose().cwiseProduct(points.col(j).tail(2));
            }
        }
    }

private:
    struct Unit {
        Unit(double bias, double length)
            : b(bias),
              s(std::max(length, 1e-150)),
              density(std::exp(-0.5 * (b / s) * (b / s)) * std::numbers::inv_sqrtpi / std::numbers::sqrt2),
              above(0.5 * std::erfc(-b / s / std::numbers::sqrt2))
        {}
        double b, s, density, above;
    };

    double length(const Matrix& points, Index j, Index i) const
    {
        return std::sqrt(variances_.row(i).dot(points.col(j).tail(2).cwiseAbs2()));
    }

    Matrix variances_;
};

/// Both blocks of the inputs of a class, and one input more that is 1 where there is a bias.
struct BlockInputs {
    Index first, second;
    double separation;
    bool bias;

    Index size() const { return first + second + (bias ? 1 : 0); }
    double operator()(Draws& draws, Eigen::Ref<Field> x) const
    {
        const double label = draws.uniform() < 0.5 ? 1.0 : -1.0;
        x.head(first) = (1.0 + label * separation) * draws.normals(first);
        x.segment(first, second) = draws.normals(second);
        if (bias) {
            x[first + second] = 1.0;
        }
        return label;
    }
};

std::shared_ptr<const FullNetwork> full_network(const Settings& section, bool relu)
{
    const std::vector<double> blocks = section.numbers("blocks");
    if (blocks.size() != 2 || std::floor(blocks[0]) != blocks[0] || std::floor(blocks[1]) != blocks[1]) {
        section.fail("blocks", "expected two whole numbers");
    }
    const BlockInputs inputs{static_cast<Index>(blocks[0]), static_cast<Index>(blocks[1]),
                             section.number("separation"), relu};
    auto full = std::make_shared<FullNetwork>();
    full->dimension = inputs.size();
    if (relu) {
        full->activation = activations().find("relu").make(Settings(Value::table(), Schema()));
    } else {
        full->activation = std::make_shared<LinearKnots>(read_knots(section));
    }
    full->trains_outputs = relu;
    full->decay = section.number("decay");
    full->lift = [inputs](Draws& draws, const Field& point, double, Eigen::Ref<Field> w, double& a) {
        a = inputs.bias ? point[0] : 1.0;
        w.head(inputs.first) = point[point.size() - 2] * draws.direction(inputs.first);
        w.segment(inputs.first, inputs.second) = point[point.size() - 1] * draws.direction(inputs.second);
        if (inputs.bias) {
            w[w.size() - 1] = point[1];
        }
    };
    full->reduce = [inputs](const Neurons& neurons) {
        const Index width = neurons.outputs.size();
        Matrix points(inputs.bias ? 4 : 2, width);
        points.row(points.rows() - 2) = neurons.inputs.topRows(inputs.first).colwise().norm();
        points.row(points.rows() - 1) =
            neurons.inputs.middleRows(inputs.first, inputs.second).colwise().norm();
        if (inputs.bias) {
            points.row(0) = neurons.outputs.transpose();
            points.row(1) = neurons.inputs.bottomRows(1);
        }
        return ReducedNeurons{std::move(points), Field::Ones(width)};
    };
    full->sample = inputs;
    return full;
}

Problem make_anisotropic_gaussians_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const double separation = section.number("separation"), far = std::numeric_limits<double>::quiet_NaN();
    const bool relu = section.flag("relu");
    Matrix variances(2, 2);
    variances << (1.0 + separation) * (1.0 + separation), 1.0, (1.0 - separation) * (1.0 - separation), 1.0;
    Field targets(2);
    targets << 1.0, -1.0;
    Problem problem;
    problem.coordinates = {{"r1", "length of the input weights where the classes differ", false, 0.0, far},
                           {"r2", "length of the other input weights", false, 0.0, far}};
    if (relu) {
        problem.coordinates.insert(problem.coordinates.begin(),
                                   {{"a", "weight of the output"}, {"b", "bias"}});
        problem.amplitude = Amplitude::axis;
        problem.features = std::make_shared<BiasedBlockFeatures>(variances);
    } else {
        const auto average = std::make_shared<AveragedKnots>(read_knots(section), 0);
        problem.features = std::make_shared<BlockFeatures>(average, variances);
    }
    const Settings none(Value::table(), Schema());
    problem.risk = risks().find("square").make(none, {Field::Constant(2, 0.5), targets});
    problem.confinement = quadratic_field(section.number("decay"));
    if (section.has("blocks")) {
        problem.full = full_network(section, relu);
    }
    read_common(root, problem, relu ? "gaussian" : "chi");
    if (problem.warm()) {
        section.fail("temperature", "noise needs dimensions of both blocks, and these are infinite");
    }
    return problem;
}

const bool anisotropic_gaussians_problem_registered = problems().add(
    {"anisotropic-gaussians",
     "two centred Gaussian classes that differ on a share of infinitely many inputs, units "
     "sigma(w . x), or ReLU units with output weights and biases (finite networks): the law of "
     "the lengths of both parts of w",
     make_anisotropic_gaussians_problem,
     {{"problem.separation", "number", "0.5", "(0, 1)",
       "Delta: inputs of the classes +1 and -1 have standard deviations 1 + Delta and 1 - "
       "Delta, some or all of them"},
      {"problem.knots", "matrix", "[[0.5, -2.5], [1.5, 7.5]]", "",
       "rows [t, sigma(t)] of the activation, linear between, constant beyond"},
      {"problem.relu", "flag", "false", "",
       "true: units a max(w . x + b, 0), coordinates a, b, r1, r2; no grid has so many"},
      {"problem.blocks", "numbers", "-", "[1, 1000000]",
       "numbers of inputs where the classes differ, and of the others, for networks that are "
       "trained online (particles.online); the measure knows none"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 r^2"}}});

}  // namespace
}  // namespace widelimit
