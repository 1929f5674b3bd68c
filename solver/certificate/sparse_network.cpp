// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/sparse_network.hpp"

#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

/// Of one sign: runs of cells above the threshold.
void add_clusters(const Grid& grid, const Field& masses, double sign, double least, SparseNetwork& found)
{
    double mass = 0.0, moment = 0.0;
    const auto close = [&] {
        if (mass > 0.0) {
            found.add(Field::Constant(1, moment / mass), sign * mass);
        }
        mass = moment = 0.0;
    };
    for (Index i = 0; i < grid.cells(); ++i) {
        if (masses[i] > least) {
            mass += masses[i];
            moment += masses[i] * grid.coordinates()(0, i);
        } else {
            close();
        }
    }
    close();
    for (Index i = grid.cells(); i < masses.size(); ++i) {
        if (masses[i] > least) {
            found.add(grid.coordinates().col(i), sign * masses[i]);
        }
    }
}

/// Of one sign, on several axes: cells above the threshold that share faces.
void add_patches(const Grid& grid, const Field& masses, double sign, double least, SparseNetwork& found)
{
    std::vector<Index> root(static_cast<std::size_t>(masses.size()));
    std::iota(root.begin(), root.end(), Index{0});
    const auto root_of = [&root](Index i) {
        while (root[static_cast<std::size_t>(i)] != i) {
            i = root[static_cast<std::size_t>(i)];
        }
        return i;
    };
    for_each_face(grid, [&](Index, Index a, Index b, Index, int) {
        if (masses[a] > least && masses[b] > least) {
            root[static_cast<std::size_t>(root_of(b))] = root_of(a);
        }
    });
    std::map<Index, std::pair<double, Field>> patches;
    for (Index i = 0; i < masses.size(); ++i) {
        if (masses[i] > least) {
            auto& [mass, moment] =
                patches.try_emplace(root_of(i), 0.0, Field::Zero(grid.rank())).first->second;
            mass += masses[i];
            moment += masses[i] * grid.coordinates().col(i);
        }
    }
    for (const auto& [at, patch] : patches) {
        const Field middle = patch.second / patch.first;
        found.add(grid.sphere() ? Field(middle.normalized()) : middle, sign * patch.first);
    }
}

}  // namespace

Field SparseNetwork::predictions(const Units& units) const
{
    return size() == 0 ? Field(Field::Zero(units.nodes())) : Field(units.columns(places) * weights);
}

void SparseNetwork::add(const Field& place, double weight)
{
    const Index count = size();
    places.conservativeResize(place.size(), count + 1);
    weights.conservativeResize(count + 1);
    places.col(count) = place;
    weights[count] = weight;
}

SparseNetwork clusters(const FreeEnergy& energy, const Field& state, double share)
{
    const Grid& grid = energy.grid();
    const Layout& layout = energy.layout();
    const Field masses = std::exp(state[layout.log_mass()]) * layout.measure(state);
    SparseNetwork found;
    for (Index c = 0; c < layout.channels; ++c) {
        const Field channel = std::exp(state[layout.log_mass()]) * layout.channel(state, c);
        const double sign = energy.sign(c) < 0.0 ? -1.0 : 1.0;
        if (grid.rank() == 1) {
            add_clusters(grid, channel, sign, share * masses.maxCoeff(), found);
        } else {
            add_patches(grid, channel, sign, 1e-2 * masses.maxCoeff(), found);
        }
    }
    return found;
}

}  // namespace widelimit
