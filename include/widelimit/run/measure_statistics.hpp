// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/run/ensemble.hpp"
#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// Finite networks minus the measure on the grid, at one time: for every coordinate x "mean.x" and
/// "variance.x", for all "energy" (F without its entropy, which a sum of Diracs does not have) and
/// "histogram" and distances "wasserstein_1", "wasserstein_2" or "sliced_2", which are never negative.
struct MeasureDifferences {
    std::vector<std::string> names;
    Matrix values;  ///< networks x names
};

/// The networks as they are at their last time, which is that of the look.
MeasureDifferences measure_differences(const Look& look, const std::vector<NetworkResult>& networks);

/// Bins over the cells of a grid: along each axis the cells in equal groups, at most 32 of them on one axis,
/// 12 on each of two, 8 on each of three; on the sphere the 42 patches nearest to those of a coarse mesh.
/// Signs have bins of their own.  Masses of mu at the places of points, those beyond an end in the last bin
/// there.
class Histogram {
public:
    Histogram(const Grid& grid, const Layout& layout);

    Index size() const { return bins_ * layout_.channels; }
    Field of_state(const Field& state) const;
    /// Signs are +1 or -1.
    Field of_neurons(const Matrix& points, const Field& masses, const Field& signs) const;

private:
    Index bin_of(const Field& point) const;

    const Grid* grid_;
    Layout layout_;
    Index bins_ = 1;
    std::vector<Index> groups_;  ///< along each axis
    Matrix patches_;             ///< on the sphere: their middles
};

}  // namespace widelimit
