// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/curve.hpp"

#include "widelimit/core/error.hpp"

namespace widelimit {

Field curve_inputs(const Data* data, Index points)
{
    if (data == nullptr || data->names.size() != 1) {
        return {};
    }
    const Scale& scale = data->scales.front();
    const double low = scale.natural(data->inputs.col(0).minCoeff());
    const double high = scale.natural(data->inputs.col(0).maxCoeff());
    const double margin = high > low ? 0.1 * (high - low) : 1.0;
    return Field::LinSpaced(points, low - margin, high + margin);
}

Matrix node_inputs(const Problem& problem, const Data& data, const Matrix& inputs)
{
    const Index columns = inputs.cols();
    Matrix nodes = Matrix::Ones(inputs.rows(), columns + (problem.bias ? 1 : 0));
    for (Index k = 0; k < columns; ++k) {
        const Scale& scale = data.scales[static_cast<std::size_t>(k)];
        nodes.col(k) = (inputs.col(k).array() - scale.mean) / scale.deviation;
    }
    return nodes;
}

Matrix features_at(const Problem& problem, const Data& data, const Matrix& inputs, const Matrix& base)
{
    const auto features = problem.features->at(node_inputs(problem, data, inputs));
    expects(features != nullptr, "features that can be evaluated at new inputs");
    return features->values(base);
}

}  // namespace widelimit
