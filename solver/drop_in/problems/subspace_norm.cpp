// SPDX-License-Identifier: BSD-3-Clause
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>

#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// J_0, ..., J_L at cos(2 theta): orthonormal polynomials under the law of the angle theta between a uniform
/// direction in R^d and a subspace H, where (1 + x) / 2 = cos^2 theta has the beta law with the parameters
/// dim H / 2 and (d - dim H) / 2 (Jacobi polynomials).  They are the harmonics of even degrees 2 j that do
/// not change under rotations of H and of its complement; none of odd degree does so.
class AngularModes {
public:
    AngularModes(Index within, Index across, Index degree) : a_(Field(degree + 1)), b_(Field(degree + 1))
    {
        const double alpha = 0.5 * static_cast<double>(across) - 1.0;
        const double beta = 0.5 * static_cast<double>(within) - 1.0, sum = alpha + beta;
        for (Index n = 0; n <= degree; ++n) {
            const double k = static_cast<double>(n), c = 2.0 * k + sum;
            a_[n] = n == 0 ? (beta - alpha) / (sum + 2.0) : (beta - alpha) * sum / (c * (c + 2.0));
            // At n = 1 the factors n + sum and 2 n + sum - 1 are the same, and may be 0.
            const double last = n == 1 ? 1.0 : (k + sum) / (c - 1.0);
            b_[n] = n == 0 ? 0.0 : std::sqrt(4.0 * k * (k + alpha) * (k + beta) / (c * c * (c + 1.0)) * last);
        }
    }

    /// points x modes; with slopes also their derivatives in x.
    void at(const Field& x, Matrix& values, Matrix* slopes) const
    {
        const Index modes = a_.size();
        values.resize(x.size(), modes);
        values.col(0).setOnes();
        if (slopes != nullptr) {
            slopes->resize(x.size(), modes);
            slopes->col(0).setZero();
        }
        for (Index n = 0; n + 1 < modes; ++n) {
            const auto shifted = x.array() - a_[n];
            values.col(n + 1) = shifted * values.col(n).array() / b_[n + 1];
            if (n > 0) {
                values.col(n + 1) -= b_[n] / b_[n + 1] * values.col(n - 1);
            }
            if (slopes != nullptr) {
                slopes->col(n + 1) = (values.col(n).array() + shifted * slopes->col(n).array()) / b_[n + 1];
                if (n > 0) {
                    slopes->col(n + 1) -= b_[n] / b_[n + 1] * slopes->col(n - 1);
                }
            }
        }
    }

private:
    Field a_, b_;
};

/// lambda_2j J_j(cos 2 theta): the prediction of a ReLU unit at the angle theta from H, averaged over
/// rotations, along the harmonic j; lambda_k is the mean of max(t, 0) P_k(t), t one coordinate of a uniform
/// direction, P_k(1) = 1 (Funk, Hecke).
class AngularFeatures : public Features {
public:
    AngularFeatures(Index within, Index across, Index degree)
        : modes_(within, across, degree), multipliers_(degree + 1)
    {
        const double d = static_cast<double>(within + across);
        multipliers_[0] = boost::math::tgamma_delta_ratio(0.5 * d, 0.5) * 0.5 * std::numbers::inv_sqrtpi;
        for (Index j = 0; j < degree; ++j) {
            const double k = 2.0 * static_cast<double>(j);
            multipliers_[j + 1] = multipliers_[j] * (1.0 - k) / (k + d + 1.0);
        }
    }

    Index size() const override { return multipliers_.size(); }
    Matrix values(const Matrix& points) const override
    {
        Matrix values;
        modes_.at((2.0 * points.row(0).transpose().array()).cos(), values, nullptr);
        return values * multipliers_.asDiagonal();
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Field twice = 2.0 * points.row(0).transpose();
        const Field pulls = r.cwiseProduct(multipliers_);
        Matrix values, slopes;
        modes_.at(twice.array().cos(), values, &slopes);
        g = values * pulls;
        gradient = (-2.0 * twice.array().sin() * (slopes * pulls).array()).transpose();
    }

private:
    AngularModes modes_;
    Field multipliers_;
};

/// a and |w| are equal, and their product counts as mass.
std::shared_ptr<const FullNetwork> full_network(Index d, Index within, double decay)
{
    auto full = std::make_shared<FullNetwork>();
    full->dimension = d;
    full->activation = activations().find("relu").make(Settings(Value::table(), Schema()));
    full->trains_outputs = true;
    full->decay = decay;
    full->lift = [d, within](Draws& draws, const Field& point, double sign, Eigen::Ref<Field> w, double& a) {
        w.head(within) = std::cos(point[0]) * draws.direction(within);
        w.tail(d - within) = std::sin(point[0]) * draws.direction(d - within);
        a = sign;
    };
    full->reduce = [within](const Neurons& neurons) {
        const Index width = neurons.outputs.size();
        ReducedNeurons found{Matrix(1, width), Field(width)};
        for (Index j = 0; j < width; ++j) {
            const auto w = neurons.inputs.col(j);
            found.points(0, j) = std::atan2(w.tail(w.size() - within).norm(), w.head(within).norm());
            found.masses[j] = std::abs(neurons.outputs[j]) * w.norm();
        }
        return found;
    };
    full->sample = [within](Draws& draws, Eigen::Ref<Field> x) {
        x = draws.normals(x.size());
        return x.head(within).norm();
    };
    return full;
}

Problem make_subspace_norm_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const Index d = section.integer("inputs"), within = section.integer("subspace");
    if (within >= d) {
        section.fail("subspace", "expected less than the " + std::to_string(d) + " dimensions of all inputs");
    }
    Problem problem;
    problem.coordinates = {
        {"angle", "angle between the input weights and the subspace", false, 0.0, 0.5 * std::numbers::pi}};
    problem.amplitude = Amplitude::signs;
    const auto features =
        std::make_shared<AngularFeatures>(within, d - within, section.integer("even_degrees"));
    problem.features = features;
    // |x_H| is what neurons within H predict, of this mass and uniform there.
    const double half = 0.5 * static_cast<double>(within);
    const double atom = 2.0 / std::numbers::inv_sqrtpi / boost::math::tgamma_delta_ratio(half, 0.5);
    const Field target = atom * features->values(Matrix::Zero(1, 1)).row(0).transpose();
    const Settings none(Value::table(), Schema());
    problem.risk = risks().find("square").make(
        none, {Field::Constant(features->size(), static_cast<double>(d)), target});
    problem.confinement = constant_field(section.number("decay"));
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.full = full_network(d, within, section.number("decay"));
    read_common(root, problem, "subspace-angle");
    const Settings initial = section.table("initial");
    if (problem.initial.name == "subspace-angle" &&
        (initial.integer("space") != d || initial.integer("subspace") != within)) {
        section.fail("initial", "expected space = " + std::to_string(d) +
                                    " and subspace = " + std::to_string(within) +
                                    ", those of problem.inputs and problem.subspace");
    }
    return problem;
}

const bool subspace_norm_problem_registered = problems().add(
    {"subspace-norm",
     "the norm of the part of isotropic inputs in a subspace, learnt by balanced ReLU units without bias: "
     "neurons of either sign by their angle with the subspace",
     make_subspace_norm_problem,
     {{"problem.inputs", "integer", "30", "[2, 100000]", "dimension d of the inputs, E |x|^2 = d"},
      {"problem.subspace", "integer", "5", ">= 1", "dimension of the subspace"},
      {"problem.even_degrees", "integer", "80", "[1, 10000]",
       "how many even degrees of harmonics that the risk is summed over"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda: V = lambda on the unit sphere"}}});

}  // namespace
}  // namespace widelimit
