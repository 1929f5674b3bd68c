// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "widelimit/core/eigensystem.hpp"
#include "widelimit/particles/particle_flow.hpp"
#include "widelimit/run/evolve.hpp"

namespace widelimit::test {

inline Matrix some_inputs()
{
    Matrix x(5, 2);
    x << 0.9, 1.0, -0.4, 1.0, 0.25, -0.7, -1.2, 0.3, 0.6, 0.1;
    return x;
}

inline Field some_labels()
{
    Field y(5);
    y << 1.0, -1.0, 1.0, 1.0, -1.0;
    return y;
}

/// Those with settings of their own get them from the examples of their keys.
inline std::shared_ptr<const Activation> any_activation(const std::string& name)
{
    Value table = Value::table();
    if (name == "table") {
        const auto row = [](double z, double value) { return Value(std::vector<Value>{z, value}); };
        table.set("knots", std::vector<Value>{row(-0.8, -1.0), row(-0.1, 0.2), row(0.5, 0.4), row(1.1, 2.0)});
    }
    Value network = Value::table(), root = Value::table();
    network.set("activation", std::move(table));
    root.set("network", std::move(network));
    Schema schema;
    schema.add({"network", "table", "-", "", "network"});
    schema.add({"network.activation", "named:name", "-", "", "activation"});
    schema.add_all(activations().find(name).keys);
    const Settings settings(std::move(root), schema);
    return activations().find(name).make(settings.table("network").table("activation"));
}

/// Units of two weights with output weights +-0.7, or 0.7 times a trained amplitude; V = 0.15 |theta|^2.
inline Problem plane_network(std::shared_ptr<const Activation> activation, Amplitude amplitude)
{
    const Settings none(Value::table(), Schema());
    Problem problem;
    problem.coordinates = {{"w", "weight", false, -1.0, 1.0}, {"b", "bias", false, -1.0, 1.0}};
    if (amplitude == Amplitude::axis) {
        problem.coordinates.insert(problem.coordinates.begin(), {"a", "output weight", false, -1.0, 1.0});
    }
    problem.amplitude = amplitude;
    problem.amplitude_scale = 0.7;
    problem.features = make_ridge(std::move(activation), some_inputs(), Chart::linear);
    problem.risk = risks().find("square").make(none, {Field::LinSpaced(5, 0.1, 0.5), some_labels()});
    problem.confinement = quadratic_field(0.3);
    const std::shared_ptr<const Law> law = make_uniform(-1.0, 1.0, false);
    problem.initial.laws.assign(problem.coordinates.size(), law);
    return problem;
}

inline double objective(ParticleFlow& flow, const Field& state)
{
    flow.prepare(state, 0.0);
    return flow.evaluation().objective();
}

inline void evolve(ParticleFlow& flow, Field& state, const std::string& stepper, double end, double dt)
{
    Clock clock({end, 0.9, dt});
    Observers observers;
    const auto steps = make_stepper(stepper);
    widelimit::evolve(flow, state, *steps, clock, observers);
}

/// Eigenvalues of K W, where df/dt = -K r, K = sum_j m_j (kappa phi phi' + M grad phi . grad phi') and W
/// holds the nodes' weights, by differences of the predictions.
inline Field response_eigenvalues(ParticleFlow& flow, const Field& state)
{
    const Problem& problem = flow.problem();
    const double h = 1e-6;
    const Index nodes = problem.features->size();
    const auto f = [&](const Field& x) {
        flow.prepare(x, 0.0);
        return Field(flow.evaluation().predictions);
    };
    Matrix jacobian(nodes, state.size());
    for (Index k = 0; k < state.size(); ++k) {
        const Field step = h * Field::Unit(state.size(), k);
        jacobian.col(k) = (f(state + step) - f(state - step)) / (2.0 * h);
    }
    // The metric of the flow: M / m for coordinates, kappa / m for log masses.
    const ParticleLayout& layout = flow.layout();
    const Field masses = flow.masses(state);
    Field metric(state.size());
    for (Index j = 0; j < layout.width; ++j) {
        metric.segment(j * layout.coordinates, layout.coordinates).setConstant(1.0 / masses[j]);
        metric[layout.coordinates * layout.width + j] = problem.growth.kappa / masses[j];
    }
    const Field root = problem.risk->nodes().weights.cwiseSqrt();
    const Matrix response =
        root.asDiagonal() * jacobian * metric.asDiagonal() * jacobian.transpose() * root.asDiagonal();
    return Eigensystem(response).values;
}

}  // namespace widelimit::test
