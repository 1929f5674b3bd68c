// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/width_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "widelimit/core/error.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The squared differences of a width in one column.
struct Sample {
    double log_width;
    Field squares;
};

std::vector<Sample> samples(const std::vector<WidthGroup>& groups, Start start, Index column,
                            Index least_width)
{
    std::vector<Sample> found;
    for (const WidthGroup& group : groups) {
        if (group.start == start && group.width >= least_width) {
            found.push_back(
                {std::log(static_cast<double>(group.width)), group.differences.col(column).cwiseAbs2()});
        }
    }
    return found;
}

/// Least squares of log(mean square) / 2 against the logarithm of the width.
double slope_of(const std::vector<Sample>& widths, const Field& mean_squares)
{
    Field x(mean_squares.size());
    for (Index k = 0; k < x.size(); ++k) {
        x[k] = widths[static_cast<std::size_t>(k)].log_width;
    }
    const Field y = 0.5 * mean_squares.array().log();
    const Field from_centre = x.array() - x.mean();
    const double slope = from_centre.dot(y) / from_centre.squaredNorm();
    return std::isfinite(slope) ? slope : unknown;
}

double resampled_slope(const std::vector<Sample>& widths, std::uint64_t seed, std::uint32_t resample)
{
    Field means(static_cast<Index>(widths.size()));
    for (std::size_t k = 0; k < widths.size(); ++k) {
        const Stream stream(seed, resample, static_cast<std::uint32_t>(k));
        const Field& squares = widths[k].squares;
        double sum = 0.0;
        for (Index i = 0; i < squares.size(); ++i) {
            sum += squares[stream.below(squares.size(), static_cast<std::uint64_t>(i))];
        }
        means[static_cast<Index>(k)] = sum / static_cast<double>(squares.size());
    }
    return slope_of(widths, means);
}

/// Linear between the order statistics, the first at level 0 and the last at level 1; NaN without any.
double quantile(const std::vector<double>& sorted, double level)
{
    if (sorted.empty()) {
        return unknown;
    }
    const double place = level * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Field WidthGroup::rms() const
{
    return differences.cwiseAbs2().colwise().mean().cwiseSqrt().transpose();
}

Field WidthGroup::bias() const
{
    return differences.colwise().mean().cwiseAbs().transpose();
}

Field network_margins(const Risk& risk, const NetworkResult& network)
{
    const Matrix margins = network.predictions * risk.nodes().targets.asDiagonal();
    return margins.rowwise().minCoeff().cwiseQuotient(network.mass);
}

Field prediction_distance(const Matrix& predictions, const Matrix& reference, const Field& weights)
{
    expects(predictions.rows() == reference.rows() && predictions.cols() == reference.cols() &&
                predictions.cols() == weights.size(),
            "predictions and reference at the same times and nodes");
    return ((predictions - reference).cwiseAbs2() * (weights / weights.sum())).cwiseSqrt();
}

Matrix prediction_distances(const std::vector<NetworkResult>& results, const Matrix& reference,
                            const Field& weights)
{
    Matrix distances(static_cast<Index>(results.size()), reference.rows());
    for (std::size_t k = 0; k < results.size(); ++k) {
        distances.row(static_cast<Index>(k)) =
            prediction_distance(results[k].predictions, reference, weights).transpose();
    }
    return distances;
}

std::vector<WidthGroup> group_by_width(const std::vector<NetworkSpec>& networks, const Matrix& differences)
{
    expects(static_cast<Index>(networks.size()) == differences.rows(), "one row a network");
    std::map<std::pair<Start, Index>, std::vector<std::size_t>> members;
    for (std::size_t k = 0; k < networks.size(); ++k) {
        members[{networks[k].start, networks[k].width}].push_back(k);
    }
    std::vector<WidthGroup> groups;
    for (const auto& [key, places] : members) {
        Matrix own(static_cast<Index>(places.size()), differences.cols());
        for (std::size_t row = 0; row < places.size(); ++row) {
            own.row(static_cast<Index>(row)) = differences.row(static_cast<Index>(places[row]));
        }
        groups.push_back({key.first, key.second, own});
    }
    return groups;
}

WidthSlope width_slope(const std::vector<WidthGroup>& groups, Start start, Index column,
                       const SlopeOptions& options)
{
    const std::vector<Sample> widths = samples(groups, start, column, options.least_width);
    if (widths.size() < 2) {
        return {unknown, unknown, unknown};
    }
    Field means(static_cast<Index>(widths.size()));
    for (std::size_t k = 0; k < widths.size(); ++k) {
        means[static_cast<Index>(k)] = widths[k].squares.mean();
    }
    const double value = slope_of(widths, means);
    if (std::isnan(value) || options.resamples < 1) {
        return {value, unknown, unknown};
    }
    std::vector<double> slopes;
    for (Index k = 0; k < options.resamples; ++k) {
        const double slope = resampled_slope(widths, options.seed, static_cast<std::uint32_t>(k));
        if (!std::isnan(slope)) {
            slopes.push_back(slope);
        }
    }
    std::sort(slopes.begin(), slopes.end());
    return {value, quantile(slopes, 0.025), quantile(slopes, 0.975)};
}

}  // namespace widelimit
