// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/tangent_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {

TangentKernel::TangentKernel(const FreeEnergy& energy, const Field& state) : energy_(&energy)
{
    const Problem& problem = energy.problem();
    const Grid& grid = energy.grid();
    expects(energy.has_data() && problem.amplitude != Amplitude::axis, "features, and signs or no amplitude");
    const bool linear = problem.growth.kind == Growth::Kind::linear;
    const Field mass = linear ? energy.base().second_moment(base_law(problem, grid, energy.layout()))
                              : energy.base().second_moment(state);
    growth_ = problem.growth.kappa * mass;
    const auto density = [&](Index cell) { return mass[cell] / grid.volumes()[cell]; };
    const auto between = [&](double area, double distance, int direction, Index a, Index b, double u) {
        const Field& m = energy.mobility(direction);
        between_.push_back(problem.frozen ? 0.0 : 0.5 * (m[a] + m[b]) * area / distance * u);
    };
    between_.reserve(static_cast<std::size_t>(grid.faces() + 2 * grid.points()));
    for_each_face(grid, [&](Index, Index a, Index b, Index g, int direction) {
        between(grid.areas()[g], grid.distances()[g], direction, a, b, 0.5 * (density(a) + density(b)));
    });
    for (const PointCell& point : grid.point_cells()) {
        for (const auto& [cell, reach] :
             {std::pair(point.left, point.reach_left), {point.right, point.reach_right}}) {
            const bool beside = cell != PointCell::nothing;
            between(point.area, beside ? reach : 1.0, point.direction, beside ? cell : point.site, point.site,
                    beside ? density(cell) : 0.0);
        }
    }
    const Matrix features = energy.features_at_sites();
    const Index n = features.cols();
    matrix_.resize(n, n);
    for (Index j = 0; j < n; ++j) {
        matrix_.col(j) = features.transpose() * measure(features.col(j));
    }
    matrix_ = (0.5 * (matrix_ + matrix_.transpose())).eval();
}

Field TangentKernel::measure(const Field& g) const
{
    const Grid& grid = energy_->grid();
    Field out = growth_.cwiseProduct(g);
    std::size_t next = 0;
    const auto couple = [&](Index a, Index b) {
        const double flux = between_[next++] * (g[a] - g[b]);
        out[a] += flux;
        out[b] -= flux;
    };
    for_each_face(grid, [&](Index, Index a, Index b, Index, int) { couple(a, b); });
    for (const PointCell& point : grid.point_cells()) {
        for (const Index cell : {point.left, point.right}) {
            couple(cell != PointCell::nothing ? cell : point.site, point.site);
        }
    }
    return out;
}

Field TangentKernel::measure_of(const Field& c) const
{
    return measure(energy_->features_at_sites() * c);
}

namespace {

/// Calls value(i, j, |x_i| |x_j|, cos of the angle) for all pairs.
template <class Value>
Matrix of_pairs(const Matrix& inputs, const Value& value)
{
    const Field lengths = inputs.rowwise().norm();
    Matrix kernel(inputs.rows(), inputs.rows());
    for (Index i = 0; i < inputs.rows(); ++i) {
        for (Index j = 0; j < inputs.rows(); ++j) {
            const double size = lengths[i] * lengths[j];
            const double product = inputs.row(i).dot(inputs.row(j));
            kernel(i, j) =
                size > 0.0 ? value(size, i == j ? 1.0 : std::clamp(product / size, -1.0, 1.0)) : 0.0;
        }
    }
    return kernel;
}

}  // namespace

Matrix relu_output_kernel(const Matrix& inputs)
{
    const auto p = static_cast<double>(inputs.cols());
    return of_pairs(inputs, [p](double size, double cosine) {
        const double t = std::acos(cosine);
        return size * (std::sin(t) + (pi - t) * cosine) / (2.0 * pi * p);
    });
}

Matrix relu_input_kernel(const Matrix& inputs)
{
    return of_pairs(inputs, [](double size, double cosine) {
        return size * cosine * (pi - std::acos(cosine)) / (2.0 * pi);
    });
}

}  // namespace widelimit
