// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/network/averaged_knots.hpp"
#include "widelimit/network/linear_knots.hpp"
#include "widelimit/problem/chi_rule.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {
namespace {

/// Of the quadrature over the length of an input; the integrand is smooth in it.
constexpr Index lengths = 24;

/// Lengths of the inputs of either class as rows, with the weights and the labels of the nodes.
struct Classes {
    Matrix inputs;
    Nodes nodes;
};

Classes classes(double separation, Index dimension)
{
    const GaussRule rule =
        dimension > 0 ? chi_rule(dimension, lengths) : GaussRule{Field::Ones(1), Field::Ones(1)};
    const Index n = rule.nodes.size();
    Classes all{Matrix(2 * n, 1), {Field(2 * n), Field(2 * n)}};
    for (const double label : {1.0, -1.0}) {
        const Index first = label > 0.0 ? 0 : n;
        all.inputs.col(0).segment(first, n) = (1.0 + label * separation) * rule.nodes;
        all.nodes.weights.segment(first, n) = 0.5 * rule.weights;
        all.nodes.targets.segment(first, n).setConstant(label);
    }
    return all;
}

std::shared_ptr<const FullNetwork> full_network(const Settings& section, Index dimension)
{
    auto full = std::make_shared<FullNetwork>();
    full->dimension = dimension;
    full->activation = std::make_shared<LinearKnots>(read_knots(section));
    full->decay = section.number("decay");
    full->lift = [dimension](Draws& draws, const Field& point, double, Eigen::Ref<Field> w, double& a) {
        w = point[0] * draws.direction(dimension);
        a = 1.0;
    };
    full->reduce = [](const Neurons& neurons) {
        return ReducedNeurons{neurons.inputs.colwise().norm(), Field::Ones(neurons.outputs.size())};
    };
    full->sample = [separation = section.number("separation")](Draws& draws, Eigen::Ref<Field> x) {
        const double label = draws.uniform() < 0.5 ? 1.0 : -1.0;
        x = (1.0 + label * separation) * draws.normals(x.size());
        return label;
    };
    return full;
}

Problem make_isotropic_gaussians_problem(const Settings& root, const Data*)
{
    const Settings section = root.table("problem");
    const Index dimension = section.has("dimension") ? section.integer("dimension") : 0;
    if (section.has("dimension") && dimension < 2) {
        section.fail("dimension", "expected at least 2");
    }
    const Classes data = classes(section.number("separation"), dimension);
    Problem problem;
    problem.coordinates = {
        {"r", "length of the input weights", false, 0.0, std::numeric_limits<double>::quiet_NaN()}};
    problem.features = make_ridge(std::make_shared<AveragedKnots>(read_knots(section), dimension),
                                  data.inputs, Chart::linear);
    const Settings none(Value::table(), Schema());
    problem.risk = risks().find("square").make(none, data.nodes);
    problem.confinement = quadratic_field(section.number("decay"));
    if (dimension > 0) {
        const double power = static_cast<double>(dimension) - 1.0;
        problem.log_reference = line_field([power](double r) { return power * std::log(r); },
                                           [power](double r) { return power / r; });
    }
    if (dimension > 0) {
        problem.full = full_network(section, dimension);
    }
    read_common(root, problem, "chi");
    if (problem.warm() && dimension == 0) {
        section.fail("temperature",
                     "noise needs a dimension: the volume of spheres is what it works against");
    }
    return problem;
}

const bool isotropic_gaussians_problem_registered = problems().add(
    {"isotropic-gaussians",
     "two centred Gaussian classes of different variances in R^d, units sigma(w . x) without weights of the "
     "output: "
     "the law of |w|",
     make_isotropic_gaussians_problem,
     {{"problem.separation", "number", "0.5", "(0, 1)",
       "Delta: inputs of the classes +1 and -1 have standard deviations 1 + Delta and 1 - Delta, some or all "
       "of them"},
      {"problem.dimension", "integer", "-", ">= 1",
       "dimension d of the inputs of two Gaussian classes; the limit of large d without it"},
      {"problem.knots", "matrix", "[[0.5, -2.5], [1.5, 7.5]]", "",
       "rows [t, sigma(t)] of the activation, linear between, constant beyond"},
      {"problem.decay", "number", "0.0", ">= 0", "lambda of V = lambda / 2 r^2"}}});

}  // namespace
}  // namespace widelimit
