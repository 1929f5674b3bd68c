// SPDX-License-Identifier: BSD-3-Clause
#include "network_distance.hpp"

#include <algorithm>
#include <cmath>

#include "cells.hpp"
#include "widelimit/problem/distance.hpp"

namespace widelimit {
namespace {

/// The sites of a channel that hold at least 1e-12 of its mass.
PointMasses occupied(const Grid& grid, const Field& masses)
{
    const double least = 1e-12 * masses.sum();
    std::vector<Index> sites;
    for (Index k = 0; k < masses.size(); ++k) {
        if (masses[k] > least) {
            sites.push_back(k);
        }
    }
    return {grid.coordinates()(Eigen::all, sites), masses(sites)};
}

/// Cells of a line or circle as rows of points, so that their width is not in the distance.
PointMasses spread_over_cells(const Grid& grid, const Field& masses)
{
    constexpr Index parts = 16;
    PointMasses all{Matrix(1, grid.cells() * parts + grid.points()),
                    Field(grid.cells() * parts + grid.points())};
    for (Index k = 0; k < grid.cells(); ++k) {
        const double width = (grid.upper(k) - grid.lower(k)) / static_cast<double>(parts);
        for (Index i = 0; i < parts; ++i) {
            all.points(0, k * parts + i) = grid.lower(k) + (static_cast<double>(i) + 0.5) * width;
            all.masses[k * parts + i] = masses[k] / static_cast<double>(parts);
        }
    }
    all.points.rightCols(grid.points()) = grid.coordinates().rightCols(grid.points());
    all.masses.tail(grid.points()) = masses.tail(grid.points());
    return all;
}

PointMasses neurons_of(const NetworkResult& network, double sign, bool all)
{
    std::vector<Index> own;
    for (Index j = 0; j < network.masses.size(); ++j) {
        if ((all || network.signs[j] * sign > 0.0) && network.masses[j] > 0.0) {
            own.push_back(j);
        }
    }
    return {network.coordinates(Eigen::all, own), network.masses(own)};
}

}  // namespace

NetworkDistance::NetworkDistance(const Look& look, Index widest)
    : sphere_(look.flow.grid().sphere()), signs_(look.flow.problem().signs())
{
    const Grid& grid = look.flow.grid();
    const Layout& layout = look.flow.layout();
    double cells = 0.0;
    for (Index c = 0; c < layout.channels; ++c) {
        const Field masses = layout.channel(look.state, c);
        shares_.push_back(masses.sum() / layout.measure(look.state).sum());
        limit_.push_back(shares_.back() == 0.0     ? PointMasses{}
                         : grid.axes().size() == 1 ? spread_over_cells(grid, masses)
                                                   : occupied(grid, masses));
        cells = std::max(cells, static_cast<double>(limit_.back().masses.size()));
    }
    periods_ = Field::Zero(static_cast<Index>(grid.axes().size()));
    for (std::size_t k = 0; k < grid.axes().size(); ++k) {
        const DividedAxis& axis = grid.axes()[k];
        periods_[static_cast<Index>(k)] = axis.circle ? axis.length() : 0.0;
    }
    constexpr double most_pairs = 2e5;
    if (grid.axes().size() == 1) {
        method_ = Method::quantiles;
    } else if (cells * static_cast<double>(widest) <= most_pairs) {
        method_ = Method::simplex;
    } else if (!sphere_ && (periods_.array() == 0.0).all()) {
        method_ = Method::slices;
    }
    if (method_ == Method::slices) {
        names_ = {"sliced_2"};
    } else if (method_ != Method::none) {
        names_ = {"wasserstein_1", "wasserstein_2"};
    }
    prepare_energy(look);
}

double NetworkDistance::power(const PointMasses& a, const PointMasses& b, int p) const
{
    constexpr Index directions = 64;
    const double distance = method_ == Method::slices    ? sliced_distance(a, b, directions)
                            : sphere_                    ? sphere_distance(a, b, p)
                            : method_ == Method::simplex ? exact_distance(a, b, periods_, p)
                            : periods_[0] > 0.0          ? circle_distance(a, b, periods_[0], p)
                                                         : line_distance(a, b, p);
    return p == 1 ? distance : distance * distance;
}

/// The distance as a kernel on all coordinates, of one measure without signs.
void NetworkDistance::prepare_energy(const Look& look)
{
    grid_ = &look.flow.grid();
    const auto& axes = grid_->axes();
    const bool even =
        !axes.empty() && grid_->points() == 0 &&
        std::all_of(axes.begin(), axes.end(), [](const DividedAxis& axis) { return axis.even; });
    if (axes.size() > 1 && even) {
        auto kernel = std::make_shared<Interaction>();
        kernel->kernel = make_distance(look.flow.problem().coordinates);
        for (std::size_t k = 0; k < axes.size(); ++k) {
            kernel->on.push_back(static_cast<Index>(k));
        }
        if (kernel->kernel) {
            distances_.coordinates = look.flow.problem().coordinates;
            distances_.frozen = true;
            distances_.interaction = std::move(kernel);
            discrepancy_ =
                std::make_unique<Discrepancy>(distances_, *grid_, Layout{grid_->cells(), 0, 1}, false);
        }
        const Layout& layout = look.flow.layout();
        for (Index c = 0; c < layout.channels; ++c) {
            const Field masses = layout.channel(look.state, c);
            cells_.push_back(masses / std::max(masses.sum(), 1e-300));
        }
    }
    if (axes.size() == 1 || discrepancy_) {
        names_.push_back("mmd");
    }
}

/// Squared.
double NetworkDistance::energy(std::size_t channel, const PointMasses& own) const
{
    if (!discrepancy_) {
        const double distance = energy_distance(limit_[channel], own, periods_[0]);
        return distance * distance;
    }
    Field difference = Field::Zero(grid_->cells() + 1), psi;
    difference.head(grid_->cells()) = -cells_[channel];
    const double mass = own.masses.sum();
    for (Index j = 0; j < own.masses.size(); ++j) {
        difference[cell_at(*grid_, own.points.col(j))] += own.masses[j] / mass;
    }
    const std::lock_guard<std::mutex> lock(one_at_a_time_);
    return std::max(0.0, 2.0 * discrepancy_->evaluate(difference, psi));
}

/// A sign that only the grid or only the network has cannot be compared: then NaN.
Field NetworkDistance::of(const NetworkResult& network) const
{
    Field found = Field::Zero(static_cast<Index>(names_.size()));
    for (std::size_t c = 0; c < limit_.size(); ++c) {
        const PointMasses own = neurons_of(network, signs_[c], limit_.size() == 1);
        if (own.masses.size() == 0 && shares_[c] == 0.0) {
            continue;
        }
        const bool both = own.masses.size() > 0 && shares_[c] > 0.0;
        for (Index k = 0; k < found.size(); ++k) {
            const std::string& name = names_[static_cast<std::size_t>(k)];
            const double power_of = !both                     ? std::nan("")
                                    : name == "mmd"           ? energy(c, own)
                                    : name == "wasserstein_1" ? power(limit_[c], own, 1)
                                                              : power(limit_[c], own, 2);
            found[k] += shares_[c] * power_of;
        }
    }
    for (Index k = 0; k < found.size(); ++k) {
        if (names_[static_cast<std::size_t>(k)] != "wasserstein_1") {
            found[k] = std::sqrt(found[k]);
        }
    }
    return found;
}

}  // namespace widelimit
