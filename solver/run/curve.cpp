// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/curve.hpp"

#include "widelimit/core/blocks.hpp"
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

std::unique_ptr<Features> features_of(const Problem& problem, const Data& data, const Matrix& inputs)
{
    auto features = problem.features->at(node_inputs(problem, data, inputs));
    expects(features != nullptr, "features that can be evaluated at new inputs");
    return features;
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
    const auto features = features_of(problem, data, inputs);
    Field f = Field::Zero(inputs.rows());
    add_blocks(
        {base.cols(), 256, 8},
        [&](Index first, Index count, Field& term) {
            features->push(base.middleCols(first, count), moment.segment(first, count), term);
        },
        f);
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
    return features_of(problem, data, inputs)->values(base);
}

}  // namespace widelimit
