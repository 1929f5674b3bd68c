// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/measure_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "cells.hpp"
#include "network_distance.hpp"
#include "widelimit/core/parallel.hpp"
#include "widelimit/core/sphere.hpp"

namespace widelimit {
namespace {

Index most_groups(Index rank)
{
    return rank == 1 ? 32 : rank == 2 ? 12 : 8;
}

/// Mean and variance of a coordinate under masses that need not sum to one.
std::pair<double, double> moments(const Field& places, const Field& masses)
{
    const double total = masses.sum(), mean = masses.dot(places) / total;
    return {mean, masses.dot((places.array() - mean).square().matrix()) / total};
}

}  // namespace

Histogram::Histogram(const Grid& grid, const Layout& layout) : grid_(&grid), layout_(layout)
{
    if (grid.sphere()) {
        patches_ = make_sphere(2).coordinates();
        bins_ = patches_.cols();
    }
    for (const DividedAxis& axis : grid.axes()) {
        groups_.push_back(std::min(axis.cells(), most_groups(grid.rank())));
        bins_ *= groups_.back();
    }
}

Index Histogram::bin_of(const Field& point) const
{
    Index bin = 0;
    if (grid_->sphere()) {
        (patches_.transpose() * point).maxCoeff(&bin);
        return bin;
    }
    for (std::size_t k = 0; k < groups_.size(); ++k) {
        const DividedAxis& axis = grid_->axes()[k];
        const Index cell = cell_at(axis, point[static_cast<Index>(k)]);
        bin = bin * groups_[k] + cell * groups_[k] / axis.cells();
    }
    return bin;
}

Field Histogram::of_state(const Field& state) const
{
    Field masses = Field::Zero(size());
    for (Index site = 0; site < layout_.sites(); ++site) {
        const Index bin = bin_of(grid_->coordinates().col(site));
        for (Index c = 0; c < layout_.channels; ++c) {
            masses[c * bins_ + bin] += layout_.channel(state, c)[site];
        }
    }
    return masses * std::exp(state[layout_.log_mass()]);
}

Field Histogram::of_neurons(const Matrix& points, const Field& masses, const Field& signs) const
{
    Field sums = Field::Zero(size());
    for (Index j = 0; j < points.cols(); ++j) {
        const Index channel = layout_.channels > 1 && signs[j] < 0.0 ? 1 : 0;
        sums[channel * bins_ + bin_of(points.col(j))] += masses[j];
    }
    return sums;
}

MeasureDifferences measure_differences(const Look& look, const std::vector<NetworkResult>& networks)
{
    const auto& coordinates = look.flow.problem().coordinates;
    const double energy = look.flow.evaluation().energy();
    const Histogram histogram(look.flow.grid(), look.flow.layout());
    const Field limit = histogram.of_state(look.state);
    MeasureDifferences found;
    std::vector<double> mean, variance;
    for (const Coordinate& coordinate : coordinates) {
        found.names.push_back("mean." + coordinate.name);
        found.names.push_back("variance." + coordinate.name);
        mean.push_back(measure("mean." + coordinate.name, look));
        variance.push_back(measure("variance." + coordinate.name, look));
    }
    Index widest = 0;
    for (const NetworkResult& network : networks) {
        widest = std::max(widest, network.masses.size());
    }
    const NetworkDistance distance(look, widest);
    const auto transport = static_cast<Index>(distance.names().size());
    found.names.insert(found.names.end(), {"energy", "histogram"});
    found.names.insert(found.names.end(), distance.names().begin(), distance.names().end());
    found.values.resize(static_cast<Index>(networks.size()), static_cast<Index>(found.names.size()));
    parallel_for(found.values.rows(), [&](Index row) {
        const NetworkResult& network = networks[static_cast<std::size_t>(row)];
        for (std::size_t k = 0; k < coordinates.size(); ++k) {
            const auto place = static_cast<Index>(k);
            const auto [m, v] = moments(network.coordinates.row(place).transpose(), network.masses);
            found.values(row, 2 * place) = m - mean[k];
            found.values(row, 2 * place + 1) = v - variance[k];
        }
        const Field own = histogram.of_neurons(network.coordinates, network.masses, network.signs);
        found.values.row(row).segment(found.values.cols() - transport - 2, 2)
            << network.objective[network.objective.size() - 1] - energy,
            (own - limit).lpNorm<1>();
        found.values.row(row).tail(transport) = distance.of(network).transpose();
    });
    return found;
}

}  // namespace widelimit
