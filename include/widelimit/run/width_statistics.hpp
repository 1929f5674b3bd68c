// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "widelimit/run/ensemble.hpp"

namespace widelimit {

/// Networks of one start and one width, and how far they are from the limit.
struct WidthGroup {
    Start start = Start::random;
    Index width = 0;
    Matrix differences;  ///< networks x whatever is compared: times, or statistics of a measure

    /// Root mean square over the networks, per column.
    Field rms() const;
    /// |mean over the networks|, per column.
    Field bias() const;
};

/// Per time sqrt(sum_i w_i (f_i - reference_i)^2 / sum_i w_i); predictions and reference are times x nodes.
Field prediction_distance(const Matrix& predictions, const Matrix& reference, const Field& weights);

/// Per time min_i y_i f_i over the mass of all neurons, y labels.
Field network_margins(const Risk& risk, const NetworkResult& network);

/// One group a pair of start and width, random ones first, widths increasing; networks keep their order.
/// `differences` has a row a network.
std::vector<WidthGroup> group_by_width(const std::vector<NetworkSpec>& networks, const Matrix& differences);

/// prediction_distance of every network (networks x times).
Matrix prediction_distances(const std::vector<NetworkResult>& results, const Matrix& reference,
                            const Field& weights);

/// Slope of log(rms difference) against log(width) with a 95 % interval.
struct WidthSlope {
    double value, low, high;
};

struct SlopeOptions {
    /// Widths below are left out.
    Index least_width = 1;
    Index resamples = 1000;
    std::uint64_t seed = 0;
};

/// Least squares through the groups of one start in one column.  The interval is that of the percentile
/// bootstrap: networks are drawn anew, with replacement, within every width; a function of `seed` alone.  NaN
/// with fewer than two widths or where a distance is zero or not finite.
WidthSlope width_slope(const std::vector<WidthGroup>& groups, Start start, Index column,
                       const SlopeOptions& options = {});

}  // namespace widelimit
