// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <numbers>

#include "widelimit/core/grid.hpp"
#include "widelimit/problem/problem.hpp"
#include "widelimit/scheme/grid_flow.hpp"

namespace widelimit::test {

/// Balanced ReLU network on two circles: rows of `inputs` have two entries (a bias is the second).
inline Problem circle_network(const std::string& risk, const Matrix& inputs, const Field& targets,
                              double decay)
{
    const Settings none(Value::table(), Schema());
    const double turn = 2.0 * std::numbers::pi;
    Problem problem;
    problem.coordinates = {{"angle", "direction of the input weights", true, 0.0, turn}};
    problem.amplitude = Amplitude::signs;
    const std::shared_ptr<const Activation> relu = activations().find("relu").make(none);
    problem.features = make_ridge(relu, inputs, Chart::circle);
    const Index n = inputs.rows();
    problem.risk = risks().find(risk).make(none, {Field::Constant(n, 1.0 / static_cast<double>(n)), targets});
    problem.confinement = constant_field(decay);
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.initial.laws = {make_uniform(0.0, turn, true)};
    return problem;
}

inline Grid plain_circle(Index cells)
{
    Axis axis;
    axis.name = "angle";
    axis.to = 2.0 * std::numbers::pi;
    axis.cells = cells;
    axis.low = axis.high = Side::periodic;
    return make_line(axis);
}

inline Grid kink_grid(const Problem& problem, Index cells)
{
    Axis axis;
    axis.name = "angle";
    axis.from = 0.0;
    axis.to = 2.0 * std::numbers::pi;
    axis.cells = cells;
    axis.low = axis.high = Side::periodic;
    axis.points = problem.features->kinks();
    return make_line(axis);
}

/// min_i y_i f_i / mass.
inline double margin(const GridFlow& flow, const Field& state)
{
    const Field f = flow.energy().predictions(state);
    const double mass = std::exp(state[flow.layout().log_mass()]) * flow.layout().measure(state).sum();
    return f.cwiseProduct(flow.problem().risk->nodes().targets).minCoeff() / mass;
}

}  // namespace widelimit::test
