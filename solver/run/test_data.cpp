// SPDX-License-Identifier: BSD-3-Clause
#include "test_data.hpp"

#include "closed_kernels.hpp"
#include "data_reader.hpp"
#include "widelimit/certificate/kernel_machine.hpp"
#include "widelimit/run/curve.hpp"

namespace widelimit {
namespace {

/// Rows of inputs, in the data's own units.
Matrix natural_inputs(const Data& data)
{
    Matrix inputs = data.inputs;
    for (Index k = 0; k < inputs.cols(); ++k) {
        const Scale& scale = data.scales[static_cast<std::size_t>(k)];
        inputs.col(k) = scale.mean + scale.deviation * inputs.col(k).array();
    }
    return inputs;
}

}  // namespace

std::optional<Data> read_test(const Settings& section, const Data& training)
{
    if (!section.has("test")) {
        return std::nullopt;
    }
    if (training.targets.size() == 0) {
        section.fail("test", "is for data with a target");
    }
    Data test = training;
    read_columns(section, "test", test);
    for (Index k = 0; k < test.inputs.cols(); ++k) {
        const Scale& scale = training.scales[static_cast<std::size_t>(k)];
        test.inputs.col(k) = (test.inputs.col(k).array() - scale.mean) / scale.deviation;
    }
    test.targets = (test.targets.array() - training.target_scale.mean) / training.target_scale.deviation;
    if (training.labels && !(test.targets.array().abs() == 1.0).all()) {
        section.fail("test", "expected labels -1 and +1, as in the training data");
    }
    return test;
}

double test_error(const Data& training, const Data& test, const Field& predictions)
{
    if (training.labels) {
        const Field margins = predictions.cwiseProduct(test.targets);
        const double wrong = static_cast<double>((margins.array() < 0.0).count()) +
                             0.5 * static_cast<double>((margins.array() == 0.0).count());
        return wrong / static_cast<double>(margins.size());
    }
    const Scale& scale = training.target_scale;
    const Field targets = scale.mean + scale.deviation * test.targets.array();
    return (predictions - targets).squaredNorm() / static_cast<double>(targets.size());
}

Field test_predictions(const Problem& problem, const Data& training, const Data& test, const Matrix& base,
                       const Field& moment)
{
    return predictions_at(problem, training, natural_inputs(test), base, moment);
}

namespace {

/// Both kernels are those of `kernel_of` for rows of inputs; the training rows come first.
template <class KernelOf>
void add_machine(const Case& c, const std::string& name, const KernelOf& kernel_of, Summary& summary)
{
    const Field& targets = c.problem.risk->nodes().targets;
    const Matrix& inputs = c.problem.node_inputs;
    const Matrix tested =
        c.test ? node_inputs(c.problem, *c.data, natural_inputs(*c.test)) : Matrix(0, inputs.cols());
    Matrix all(inputs.rows() + tested.rows(), inputs.cols());
    all << inputs, tested;
    const Matrix kernel = kernel_of(all);
    const Matrix own = kernel.topLeftCorner(inputs.rows(), inputs.rows());
    KernelFunction best;
    if (c.problem.risk->classifies()) {
        const KernelMargin machine = largest_kernel_margin(own, targets);
        summary.metrics["largest_" + name + "_margin"] = machine.margin;
        best = machine.function;
    } else {
        best = kernel_interpolant(own, targets);
        summary.metrics["least_" + name + "_norm"] = best.norm;
    }
    if (c.test) {
        const Scale& scale = c.data->target_scale;
        const Field f = kernel.bottomLeftCorner(tested.rows(), inputs.rows()) * best.coefficients;
        summary.metrics[name + "_test_error"] =
            test_error(*c.data, *c.test, scale.mean + scale.deviation * f.array());
    }
}

}  // namespace

void add_kernel_machines(const Case& c, Summary& summary)
{
    if (!c.data || !knows_closed_kernels(c.problem)) {
        return;
    }
    add_machine(
        c, "kernel", [&](const Matrix& inputs) { return closed_kernel(c.problem, inputs); }, summary);
    add_machine(
        c, "output_kernel", [](const Matrix& inputs) { return relu_output_kernel(inputs); }, summary);
}

}  // namespace widelimit
