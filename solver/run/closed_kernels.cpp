// SPDX-License-Identifier: BSD-3-Clause
#include "closed_kernels.hpp"

#include <algorithm>

#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

bool standard_directions(const Problem& problem)
{
    if (problem.coordinates.size() == 1 && problem.coordinates[0].circle) {
        return problem.initial.name == "uniform" &&
               problem.initial.laws[0]->to() - problem.initial.laws[0]->from() == 2.0 * pi;
    }
    if (problem.sphere == Sphere::none) {
        return false;
    }
    if (problem.initial.name == "uniform") {
        return true;
    }
    const auto same = [&](const std::shared_ptr<const Law>& law) {
        const auto* normal = dynamic_cast<const Gaussian*>(law.get());
        const auto* first = dynamic_cast<const Gaussian*>(problem.initial.laws.front().get());
        return normal != nullptr && first != nullptr && normal->mean() == 0.0 &&
               normal->deviation() == first->deviation();
    };
    return !problem.initial.joint &&
           std::all_of(problem.initial.laws.begin(), problem.initial.laws.end(), same);
}

bool balanced(const Problem& problem)
{
    return problem.growth.kind == Growth::Kind::proportional && problem.amplitude == Amplitude::signs;
}

/// Directions of all weights, the first of them the output weight.
bool general(const Problem& problem)
{
    return problem.growth.kind == Growth::Kind::proportional && problem.growth.kappa == 4.0 &&
           problem.sphere == Sphere::weights && !problem.frozen;
}

/// One constant for all directions (problem.mobility).
double mobility(const Problem& problem)
{
    if (problem.frozen) {
        return 0.0;
    }
    return problem.mobility ? problem.mobility->value(Matrix::Zero(1, 1))(0, 0) : 1.0;
}

}  // namespace

bool knows_closed_kernels(const Problem& problem)
{
    return problem.activation == "relu" && problem.node_inputs.size() > 0 && standard_directions(problem) &&
           (problem.growth.kind == Growth::Kind::linear || balanced(problem) || general(problem));
}

Matrix closed_kernel(const Problem& problem, const Matrix& inputs)
{
    const Matrix output = relu_output_kernel(inputs);
    const double kappa = problem.growth.kappa;
    if (general(problem)) {
        const auto p = static_cast<double>(inputs.cols());
        return (p * output + relu_input_kernel(inputs)) / (p + 1.0);
    }
    if (!balanced(problem)) {
        return kappa * output;
    }
    // The slopes of a feature over its directions are its slope in the weights without the part along them.
    const double moving = mobility(problem);
    return (kappa - moving) * output + moving * relu_input_kernel(inputs);
}

}  // namespace widelimit
