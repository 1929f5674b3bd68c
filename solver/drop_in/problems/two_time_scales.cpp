// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// sigma_k s^k for k = 0, 1, ...: with Hermite coefficients sigma_k the unit sigma(u . x), |u| = 1 and s the
/// overlap of u with the direction of the target, has sigma_k s^k as its part along the target's degree k.
class HermiteDegrees : public Features {
public:
    explicit HermiteDegrees(Field coefficients) : coefficients_(std::move(coefficients)) {}

    Index size() const override { return coefficients_.size(); }
    Matrix values(const Matrix& points) const override
    {
        Matrix values(points.cols(), size());
        Field power = Field::Ones(points.cols());
        for (Index k = 0; k < size(); ++k) {
            values.col(k) = coefficients_[k] * power;
            power.array() *= points.row(0).transpose().array();
        }
        return values;
    }
    void pull(const Matrix& points, const Field& r, Field& g, Matrix& gradient) const override
    {
        const Field c = r.cwiseProduct(coefficients_);
        const Field s = points.row(0).transpose();
        Field power = Field::Ones(s.size()), below = Field::Zero(s.size()), slope = below;
        g = below;
        for (Index k = 0; k < size(); ++k) {
            g += c[k] * power;
            slope += static_cast<double>(k) * c[k] * below;
            below = power;
            power.array() *= s.array();
        }
        gradient = slope.transpose();
    }

private:
    Field coefficients_;
};

/// M = (1 / epsilon, 1 - s^2): the weights of the output are 1 / epsilon times as fast, and s moves as the
/// overlap of a vector of length 1.
class OnSphere : public Mobility {
public:
    explicit OnSphere(double epsilon) : fast_(1.0 / epsilon) {}
    Matrix value(const Matrix& points) const override
    {
        Matrix value(2, points.cols());
        value.row(0).setConstant(fast_);
        value.row(1) = 1.0 - points.row(1).array().square();
        return value;
    }
    Matrix slope(const Matrix& points) const override
    {
        Matrix slope = Matrix::Zero(2, points.cols());
        slope.row(1) = -2.0 * points.row(1);
        return slope;
    }

private:
    double fast_;
};

/// sum_k c_k He_k(z) / sqrt(k!), He_k' = k He_(k-1).
class HermiteSeries : public Activation {
public:
    explicit HermiteSeries(Field coefficients) : coefficients_(std::move(coefficients)) {}

    void value(Eigen::Ref<Matrix> z) const override
    {
        z = z.unaryExpr([this](double x) { return at(x, nullptr); });
    }
    void slope(Eigen::Ref<Matrix> z) const override
    {
        z = z.unaryExpr([this](double x) {
            double slope = 0.0;
            at(x, &slope);
            return slope;
        });
    }
    double at(double z, double* slope) const
    {
        double before = 0.0, here = 1.0, sum = coefficients_[0];
        for (Index k = 1; k < coefficients_.size(); ++k) {
            const double n = static_cast<double>(k);
            if (slope != nullptr) {
                *slope += coefficients_[k] * std::sqrt(n) * here;
            }
            const double next = (z * here - std::sqrt(n - 1.0) * before) / std::sqrt(n);
            before = here;
            here = next;
            sum += coefficients_[k] * here;
        }
        return sum;
    }

private:
    Field coefficients_;
};

/// Inputs are Gaussian, and the first of them is what the target depends on.
std::shared_ptr<const FullNetwork> full_network(Index dimension, const Field& units, const Field& target,
                                                double epsilon)
{
    auto full = std::make_shared<FullNetwork>();
    full->dimension = dimension;
    full->activation = std::make_shared<HermiteSeries>(units);
    full->trains_outputs = true;
    full->output_rate = 1.0 / epsilon;
    full->unit_weights = true;
    full->lift = [dimension](Draws& draws, const Field& point, double, Eigen::Ref<Field> u, double& a) {
        a = point[0];
        u[0] = point[1];
        u.tail(dimension - 1) = std::sqrt(1.0 - u[0] * u[0]) * draws.direction(dimension - 1);
    };
    full->reduce = [](const Neurons& neurons) {
        Matrix points(2, neurons.outputs.size());
        points.row(0) = neurons.outputs.transpose();
        points.row(1) = neurons.inputs.row(0);
        return ReducedNeurons{std::move(points), Field::Ones(neurons.outputs.size())};
    };
    full->sample = [link = HermiteSeries(target)](Draws& draws, Eigen::Ref<Field> x) {
        x = draws.normals(x.size());
        return link.at(x[0], nullptr);
    };
    return full;
}

Problem make_two_time_scales_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    std::vector<double> units = section.numbers("unit_degrees"), target = section.numbers("target_degrees");
    const std::size_t degrees = std::max(units.size(), target.size());
    units.resize(degrees);
    target.resize(degrees);
    const auto count = static_cast<Index>(degrees);
    const Field coefficients = Eigen::Map<const Field>(units.data(), count);
    Problem problem;
    problem.coordinates = {
        {"a", "weight of the output"},
        {"s", "overlap of the input weights with the target's direction", false, -1.0, 1.0}};
    problem.amplitude = Amplitude::axis;
    problem.features = std::make_shared<HermiteDegrees>(coefficients);
    const Settings none(Value::table(), Schema());
    problem.risk = risks().find("square").make(
        none, {Field::Ones(count), Eigen::Map<const Field>(target.data(), count)});
    const double epsilon = section.number("epsilon");
    problem.mobility = std::make_shared<OnSphere>(epsilon);
    if (section.has("dimension")) {
        if (section.integer("dimension") < 2) {
            section.fail("dimension", "expected at least 2");
        }
        problem.full = full_network(section.integer("dimension"), coefficients,
                                    Eigen::Map<const Field>(target.data(), count), epsilon);
    }
    read_common(root, problem, "uniform");
    return problem;
}

const bool two_time_scales_problem_registered = problems().add(
    {"two-time-scales",
     "a function of one direction learnt by units a sigma(u . x) with |u| = 1 in a space of many dimensions, "
     "the output weights faster by 1 / epsilon: the law of (a, s), s the overlap with the direction, by "
     "Hermite degrees",
     make_two_time_scales_problem,
     {{"problem.unit_degrees", "numbers", "[0.0, 1.0, 0.5]", "",
       "Hermite coefficients sigma_0, sigma_1, ... of the units"},
      {"problem.target_degrees", "numbers", "[0.0, 1.0, 0.5]", "",
       "Hermite coefficients phi_0, phi_1, ... of the function to be learnt"},
      {"problem.dimension", "integer", "-", ">= 1",
       "dimension of the inputs of networks that are trained online (particles.online); the measure knows "
       "none"},
      {"problem.epsilon", "number", "0.01", "> 0",
       "time scale of the output weights over that of the input weights"}}});

}  // namespace
}  // namespace widelimit
