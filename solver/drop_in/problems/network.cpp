// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numbers>

#include "widelimit/core/error.hpp"
#include "widelimit/network/activation.hpp"
#include "widelimit/problem/chosen.hpp"
#include "widelimit/problem/exact.hpp"

namespace widelimit {
namespace {

/// What [network] says of a unit a sigma(w . x): which of its weights are trained, and how many w there are.
struct Unit {
    std::string name;
    std::shared_ptr<const Activation> activation;
    bool bias, input, output;
    Index weights;

    /// Rescaling w by a positive number changes its unit by a factor or not at all: directions are enough.
    bool directional() const { return activation->homogeneous() || !activation->has_slope(); }
};

Unit read_unit(const Settings& network, const Data& data)
{
    Unit unit;
    unit.name = network.text("activation.name");
    unit.activation = chosen(activations(), network, "activation.name").make(network.table("activation"));
    unit.bias = network.flag("bias");
    const std::vector<std::string> trained = network.texts("train");
    const auto trains = [&](const char* layer) {
        return std::find(trained.begin(), trained.end(), layer) != trained.end();
    };
    unit.input = trains("input");
    unit.output = trains("output");
    unit.weights = data.inputs.cols() + (unit.bias ? 1 : 0);
    return unit;
}

void check(const Settings& network, const Unit& unit)
{
    if (!unit.input && !unit.output) {
        network.fail("train", "expected \"input\", \"output\" or both");
    }
    if (unit.input && !unit.activation->has_slope()) {
        network.fail("activation",
                     "the slope of '" + unit.name +
                         "' misses its jump, so that no neuron would move; write train = [\"output\"]");
    }
    if (unit.output && !unit.input && unit.directional() && unit.weights != 2 && unit.weights != 3) {
        network.fail("bias",
                     "units with " + std::to_string(unit.weights) +
                         " input weights have directions on a sphere without a grid; possible are two and "
                         "three (inputs, and the bias), or other layers to train");
    }
}

/// One row per data point; the bias is a column of ones behind the inputs.
Matrix node_inputs(const Data& data, bool bias)
{
    Matrix inputs = data.inputs;
    if (bias) {
        inputs.conservativeResize(Eigen::NoChange, inputs.cols() + 1);
        inputs.rightCols(1).setOnes();
    }
    return inputs;
}

std::shared_ptr<const Risk> read_risk(const Settings& section, const Data& data)
{
    const Index n = data.targets.size();
    const Nodes nodes{Field::Constant(n, 1.0 / static_cast<double>(n)), data.targets};
    std::shared_ptr<const Risk> risk =
        chosen(risks(), section, "risk.name").make(section.table("risk"), nodes);
    if (risk->classifies() && !data.labels) {
        section.fail("risk",
                     "the risk '" + section.text("risk.name") +
                         "' needs labels -1 and +1; write target = { column = \"...\", plus = \"...\", minus "
                         "= \"...\" } in [data]");
    }
    return risk;
}

void use_directions(const Unit& unit, Matrix inputs, Problem& problem)
{
    problem.coordinates = {{"angle", "direction of the input weights", true, 0.0, 2.0 * std::numbers::pi}};
    problem.features = make_ridge(unit.activation, std::move(inputs), Chart::circle);
}

/// The coordinates w and b; before them a, where it is trained and not the measure of w alone.
void use_weights(const Unit& unit, bool general, Matrix inputs, Problem& problem)
{
    if (general || (unit.input && unit.output && !unit.directional())) {
        problem.coordinates.push_back({"a", "output weight"});
    }
    const Index slopes = unit.weights - (unit.bias ? 1 : 0);
    for (Index k = 1; k <= slopes; ++k) {
        problem.coordinates.push_back({slopes == 1 ? "w" : "w" + std::to_string(k), "input weight"});
    }
    if (unit.bias) {
        problem.coordinates.push_back({"b", "bias"});
    }
    problem.features = make_ridge(unit.activation, std::move(inputs), Chart::linear);
}

/// Balanced start: |a| = |w| for ever, and mu is the law of w / |w| weighted by |w|^2, one for each sign of
/// a.
void train_directions(double decay, Problem& problem)
{
    problem.amplitude = Amplitude::signs;
    problem.growth = {Growth::Kind::proportional, 2.0};
    problem.confinement = constant_field(decay);
}

/// General start: mu is the law of theta / |theta| weighted by |theta|^2, theta = (a, w).
void train_general(double decay, Problem& problem)
{
    problem.amplitude = Amplitude::axis;
    problem.sphere = Sphere::weights;
    problem.growth = {Growth::Kind::proportional, 4.0};
    problem.confinement = constant_field(0.5 * decay);
}

/// A neuron is (a, w, b), the amplitude a coordinate like the others.
void train_all_weights(double decay, Problem& problem)
{
    problem.amplitude = Amplitude::axis;
    problem.confinement = quadratic_field(decay);
}

void train_input(const Settings& network, double decay, Problem& problem)
{
    problem.amplitude = network.text("output.signs") == "both" ? Amplitude::signs : Amplitude::none;
    problem.amplitude_scale = network.number("output.scale");
    problem.confinement = quadratic_field(decay);
}

void train_output(const Settings& section, double decay, Problem& problem)
{
    if (decay > 0.0) {
        section.fail("decay",
                     "with fixed input weights the penalty is decay / 2 times the integral of c^2, c the "
                     "output weight per direction: quadratic in c, not a potential V; only 0 is possible");
    }
    problem.growth = {Growth::Kind::linear, 1.0};
    problem.frozen = true;
}

/// Balanced start, directions at `mobility` times their own speed. In the kernel regime amplitudes and
/// directions then count as they do for |a| = k |w|, k^2 = mobility / (kappa - mobility).
void read_mobility(const Settings& section, Problem& problem)
{
    const double mobility = section.number("mobility");
    if (mobility == 1.0) {
        return;
    }
    if (problem.amplitude != Amplitude::signs || problem.growth.kind != Growth::Kind::proportional) {
        section.fail("mobility", "is for homogeneous units with both layers trained from a balanced start");
    }
    if (mobility == 0.0) {
        problem.frozen = true;
    } else {
        problem.mobility = line_mobility([mobility](double) { return mobility; }, [](double) { return 0.0; });
    }
}

void read_exact(const Settings& section, const Unit& unit, const Data& data, double decay, Problem& problem)
{
    const Settings initial = section.table("initial");
    const bool balanced = unit.name == "relu" && unit.input && unit.output && !problem.warm() &&
                          problem.growth.kind == Growth::Kind::proportional && problem.growth.kappa == 2.0 &&
                          !problem.frozen && !problem.mobility && problem.speed.constant() &&
                          problem.amplitude_scale == 1.0 && problem.initial.plus == 0.5 &&
                          problem.sphere == Sphere::none;
    const bool whole_circle = problem.initial.name == "uniform" && !initial.has("from") && !initial.has("to");
    if (!balanced || !whole_circle || section.text("risk.name") != "soft-min") {
        section.fail("exact",
                     "is known for the activation 'relu' with both layers trained, risk = \"soft-min\", the "
                     "uniform initial law, temperature 0, the network's own growth and constant speed");
    }
    try {
        const auto solution = make_margin_solution(section.text("exact"), node_inputs(data, unit.bias),
                                                   data.targets, decay, problem.initial.mass);
        problem.exact = at_speed(problem.speed, solution);
    } catch (const ConfigError& error) {
        section.fail("exact", error.what());
    }
}

Problem make_network_problem(const Settings& root, const Data* data)
{
    const Settings network = root.table("network"), section = root.table("problem");
    if (data == nullptr) {
        section.fail("name", "the problem 'network' needs a section [data] with file, inputs and target");
    }
    if (data->targets.size() == 0) {
        root.table("data").fail(
            "target",
            "the problem 'network' learns a target: name its column, for example target = "
            "\"y\"");
    }
    const Unit unit = read_unit(network, *data);
    check(network, unit);
    const double decay = section.number("decay");

    Problem problem;
    problem.bias = unit.bias;
    problem.activation = unit.name;
    problem.risk = read_risk(section, *data);
    problem.node_inputs = node_inputs(*data, unit.bias);
    const bool directions = unit.output && unit.directional();
    const bool general = directions && unit.input && network.text("start") == "general";
    const bool circle = directions && unit.weights == 2 && !general;
    if (circle) {
        use_directions(unit, node_inputs(*data, unit.bias), problem);
    } else {
        use_weights(unit, general, node_inputs(*data, unit.bias), problem);
    }
    if (directions && !circle && !general) {
        problem.sphere = Sphere::directions;
    }
    if (general) {
        train_general(decay, problem);
    } else if (directions && unit.input) {
        train_directions(decay, problem);
    } else if (unit.input && unit.output) {
        train_all_weights(decay, problem);
    } else if (unit.input) {
        train_input(network, decay, problem);
    } else {
        train_output(section, decay, problem);
    }
    if (const double scale = section.number("scale"); scale != 1.0) {
        problem.amplitude_scale *= scale;
        problem.risk = scaled_down(problem.risk, scale);
    }
    read_common(root, problem, circle ? "uniform" : "gaussian");
    read_mobility(section, problem);
    if (section.has("exact")) {
        read_exact(section, unit, *data, decay, problem);
    }
    return problem;
}

const std::vector<Key> network_keys = {
    {"network.activation", "named:name", "\"relu\"", "", "sigma of a unit a sigma(w . x)"},
    {"network.bias", "flag", "true", "", "one more input that is always 1"},
    {"network.train", "text|texts", "[\"input\", \"output\"]", "in input, output",
     "which layers are trained"},
    {"network.start", "text", "\"balanced\"", "in balanced, general",
     "both layers of homogeneous units trained: |a| = |w| at time 0 (and then for ever), or any law of (a, "
     "w): "
     "then neurons are directions of all weights"},
    {"network.output", "table", "-", "", "fixed output weights, for train = [\"input\"]"},
    {"network.output.scale", "number", "1.0", "> 0", "size of the fixed output weights"},
    {"network.output.signs", "text", "\"both\"", "in both, plus",
     "half of the fixed output weights are negative, or none"},
    {"problem.risk", "named:name", "\"square\"", "", "what predictions are judged by"},
    {"problem.decay", "number", "0.0", ">= 0",
     "weight decay lambda, of lambda / 2 times the squared weights"},
    {"problem.scale", "number", "1.0", "> 0",
     "alpha of R(alpha f) / alpha^2: the larger, the longer training stays in the kernel regime"},
    {"problem.mobility", "number", "1.0", ">= 0",
     "speed of the neurons' directions over that of training both layers alike, from a balanced start; 0: "
     "only "
     "the masses are trained"},
    {"problem.exact", "text", "-", "in single-point, antipodal, xor",
     "name of a known solution, to compare with: the data must be its own"}};

const bool network_problem_registered = problems().add(
    {"network", "a two-layer network trained on the data of [data]", make_network_problem, network_keys});

}  // namespace
}  // namespace widelimit
