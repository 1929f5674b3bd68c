// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/curve.hpp"

#include <algorithm>

#include "widelimit/core/error.hpp"

namespace widelimit {

namespace {

Field around(const Data& data, std::size_t input, Index points)
{
    const Scale& scale = data.scales[input];
    const auto column = data.inputs.col(static_cast<Index>(input));
    const double low = scale.natural(column.minCoeff()), high = scale.natural(column.maxCoeff());
    const double margin = high > low ? 0.1 * (high - low) : 1.0;
    return Field::LinSpaced(points, low - margin, high + margin);
}

}  // namespace

Field curve_inputs(const Data* data, Index points)
{
    return data == nullptr || data->names.size() != 1 ? Field() : around(*data, 0, points);
}

Plane plane_inputs(const Data* data, Index points)
{
    return data == nullptr || data->names.size() != 2
               ? Plane{}
               : Plane{around(*data, 0, points), around(*data, 1, points)};
}

Matrix Plane::inputs() const
{
    Matrix inputs(size(), 2);
    for (Index k = 0; k < size(); ++k) {
        inputs.row(k) << first[k % first.size()], second[k / first.size()];
    }
    return inputs;
}

Field predictions_at(const Problem& problem, const Data& data, const Matrix& inputs, const Matrix& base,
                     const Field& moment)
{
    constexpr Index at_once = 256;
    Field f(inputs.rows());
    for (Index first = 0; first < f.size(); first += at_once) {
        const Index count = std::min(at_once, f.size() - first);
        const Matrix features = features_at(problem, data, inputs.middleRows(first, count), base);
        f.segment(first, count) = features.transpose() * moment;
    }
    return data.target_scale.mean + data.target_scale.deviation * f.array();
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
