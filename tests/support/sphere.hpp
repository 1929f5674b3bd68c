// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <random>

#include "widelimit/problem/problem.hpp"
#include "widelimit/problem/zonal.hpp"

namespace widelimit::test {

/// Balanced ReLU network on two spheres: rows of `inputs` have three entries (a bias is the third).
inline Problem sphere_network(const std::string& risk, const Matrix& inputs, const Field& targets,
                              double decay)
{
    const Settings none(Value::table(), Schema());
    Problem problem;
    problem.coordinates = {{"w1", "input weight"}, {"w2", "input weight"}, {"b", "bias"}};
    for (Coordinate& coordinate : problem.coordinates) {
        coordinate.sphere = true;
    }
    problem.sphere = Sphere::directions;
    problem.amplitude = Amplitude::signs;
    const std::shared_ptr<const Activation> relu = activations().find("relu").make(none);
    problem.features = make_ridge(relu, inputs, Chart::linear);
    const Index n = inputs.rows();
    problem.risk = risks().find(risk).make(none, {Field::Constant(n, 1.0 / static_cast<double>(n)), targets});
    problem.confinement = constant_field(decay);
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.initial.joint = std::make_shared<ZonalLaw>(Eigen::Vector3d::UnitZ(), std::vector<double>{});
    problem.initial.laws.resize(3);
    return problem;
}

/// Directions that have nothing to do with any mesh, 3 x count.
inline Matrix some_places(Index count)
{
    std::mt19937 bits(20240301);
    std::normal_distribution<double> normal;
    const Matrix places = Matrix::NullaryExpr(3, count, [&] { return normal(bits); });
    return places.colwise().normalized();
}

}  // namespace widelimit::test
