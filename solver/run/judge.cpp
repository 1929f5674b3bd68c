// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "widelimit/run/claim.hpp"

namespace widelimit {
namespace {

/// What slopes and rates are fitted to: the value, or its distance to a limit.
double to_limit(const Claim& claim, double value)
{
    return claim.limit == 0.0 ? value : std::abs(value - claim.limit);
}

std::string shortened(double number)
{
    return fmt::format("{:.6g}", number);
}

/// Values of a metric "name.<width>[@t]" against width.
void by_width(const Claim& claim, const Evidence& evidence, std::vector<double>& widths,
              std::vector<double>& values)
{
    const std::string prefix = claim.metric + ".";
    const std::string suffix = claim.at ? "@" + shortened(*claim.at) : "";
    std::vector<std::pair<double, double>> found;
    for (const auto& [name, value] : evidence.metrics) {
        if (name.compare(0, prefix.size(), prefix) != 0) {
            continue;
        }
        char* end = nullptr;
        const double width = std::strtod(name.c_str() + prefix.size(), &end);
        if (end != name.c_str() + prefix.size() && suffix == end && width >= claim.from) {
            found.emplace_back(width, value);
        }
    }
    std::sort(found.begin(), found.end());
    for (const auto& [width, value] : found) {
        widths.push_back(width);
        values.push_back(to_limit(claim, value));
    }
}

/// Values of the claim's metric at times: rows of the series, else the metrics "name@time".
std::map<double, double> by_time(const Claim& claim, const Evidence& evidence)
{
    std::map<double, double> values;
    const auto& names = evidence.series.names;
    const auto column = std::find(names.begin(), names.end(), claim.metric);
    for (Index row = 0; column != names.end() && row < evidence.series.columns.rows(); ++row) {
        values[evidence.series.columns(row, 0)] = evidence.series.columns(row, column - names.begin());
    }
    if (values.empty()) {
        const std::string prefix = claim.metric + "@";
        for (const auto& [name, value] : evidence.metrics) {
            if (name.compare(0, prefix.size(), prefix) == 0) {
                values[std::strtod(name.c_str() + prefix.size(), nullptr)] = value;
            }
        }
    }
    return values;
}

/// Of at least three rows: two would fit any law.
void judge_in_time(const Claim& claim, const std::vector<Evidence>& levels, Verdict& verdict)
{
    const bool rate = claim.verb == Claim::Verb::rate;
    verdict.holds = true;
    for (std::size_t k = claim.every ? 0 : levels.size() - 1; k < levels.size(); ++k) {
        std::vector<double> times, values;
        const double rounding = 1e-12 * claim.during->second;
        for (const auto& [time, value] : by_time(claim, levels[k])) {
            if (time >= claim.during->first - rounding && time <= claim.during->second + rounding) {
                times.push_back(time);
                values.push_back(to_limit(claim, value));
            }
        }
        double found = std::numeric_limits<double>::quiet_NaN();
        if (times.size() > 2 && rate) {
            std::transform(values.begin(), values.end(), values.begin(),
                           [](double y) { return -std::log(y); });
            found = fitted_slope(times, values);
        } else if (times.size() > 2) {
            found = log_slope(times, values);
        }
        const double slack = claim.relative > 0.0 ? claim.relative * std::abs(claim.bound) : claim.within;
        verdict.holds = verdict.holds && std::abs(found - claim.bound) <= slack;
        verdict.value += (verdict.value.empty() ? "" : ", ") + shortened(found);
    }
}

void judge_slope(const Claim& claim, const std::vector<Evidence>& levels, const std::vector<double>& varied,
                 Verdict& verdict)
{
    std::vector<double> x, y;
    if (levels.size() > 1) {
        x = varied;
        for (const Evidence& level : levels) {
            y.push_back(to_limit(claim, level.value(claim.metric, claim.at)));
        }
    } else {
        by_width(claim, levels.back(), x, y);
    }
    const double slope = x.size() < 2 ? std::numeric_limits<double>::quiet_NaN() : log_slope(x, y);
    verdict.value = shortened(slope);
    verdict.holds = std::abs(slope - claim.bound) <= claim.within;
    const std::string low = claim.metric + ".slope_low", high = claim.metric + ".slope_high";
    const double a = levels.back().value(low, claim.at), b = levels.back().value(high, claim.at);
    if (std::isfinite(a) && std::isfinite(b)) {
        verdict.value += " [" + shortened(a) + ", " + shortened(b) + "]";
    }
}

void judge_order(const Claim& claim, const std::vector<Evidence>& levels, const std::vector<double>& varied,
                 Verdict& verdict)
{
    std::vector<double> errors;
    for (const Evidence& level : levels) {
        errors.push_back(level.value(claim.metric, claim.at));
    }
    const std::vector<double> orders = observed_orders(errors, varied);
    verdict.holds = !orders.empty();
    for (const double order : orders) {
        const bool enough =
            claim.within > 0.0 ? std::abs(order - claim.bound) <= claim.within : order >= claim.bound;
        verdict.holds = verdict.holds && enough;
        verdict.value += (verdict.value.empty() ? "" : ", ") + fmt::format("{:.3f}", order);
    }
}

/// Largest step against the claimed direction, relative to the range of the column.
double against(const Claim& claim, const Evidence& evidence)
{
    const auto& names = evidence.series.names;
    const auto column = std::find(names.begin(), names.end(), claim.metric);
    if (column == names.end() || evidence.series.columns.rows() < 2) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const Field values = evidence.series.columns.col(column - names.begin());
    const double scale = std::max(values.cwiseAbs().maxCoeff(), 1e-300);
    double worst = 0.0;
    for (Index k = 1; k < values.size(); ++k) {
        const double rise = (values[k] - values[k - 1]) / scale;
        worst = std::isnan(rise) ? rise : std::max(worst, claim.increasing ? -rise : rise);
    }
    return worst;
}

/// One expected value a level.
void judge_each(const Claim& claim, const std::vector<Evidence>& levels, Verdict& verdict)
{
    verdict.holds = levels.size() == claim.each.size();
    for (std::size_t k = 0; k < std::min(levels.size(), claim.each.size()); ++k) {
        const double value = levels[k].value(claim.metric, claim.at);
        const double slack = claim.relative > 0.0 ? claim.relative * std::abs(claim.each[k]) : claim.within;
        verdict.holds = verdict.holds && std::abs(value - claim.each[k]) <= slack;
        verdict.value += fmt::format("{}{:.9g}", verdict.value.empty() ? "" : ", ", value);
    }
}

double worst_of_table(const Claim& claim, const Evidence& evidence)
{
    double worst = 0.0;
    for (Index k = 0; k < claim.table_times.size(); ++k) {
        const double value = evidence.value(claim.metric, claim.table_times[k]);
        const double error = std::abs(value / claim.table_values[k] - 1.0);
        worst = std::isnan(error) ? error : std::max(worst, error);
    }
    return worst;
}

bool holds_at(const Claim& claim, const Evidence& evidence, std::string& shown)
{
    const double value = evidence.value(claim.metric, claim.at);
    double compared = value;
    bool holds = false;
    switch (claim.verb) {
        case Claim::Verb::is: {
            const double slack = claim.relative > 0.0 ? claim.relative * std::abs(claim.bound) : claim.within;
            holds = std::abs(value - claim.bound) <= slack;
            shown += fmt::format("{:.9g}", value);
            return holds;
        }
        case Claim::Verb::below:
            holds = value < claim.bound;
            break;
        case Claim::Verb::above:
            holds = value > claim.bound;
            break;
        case Claim::Verb::less_than:
            holds = value < evidence.value(claim.other, claim.at);
            break;
        case Claim::Verb::monotone:
            compared = against(claim, evidence);
            holds = compared <= 1e-12;
            break;
        case Claim::Verb::table:
            compared = worst_of_table(claim, evidence);
            holds = compared <= claim.relative;
            break;
        default:
            break;
    }
    shown += shortened(compared);
    return holds;
}

/// One level that has the mean of the metric.
std::vector<Evidence> averaged(const Claim& claim, const std::vector<Evidence>& levels)
{
    double sum = 0.0;
    for (const Evidence& level : levels) {
        sum += level.value(claim.metric, claim.at);
    }
    const std::string at = claim.at ? "@" + shortened(*claim.at) : "";
    Evidence mean;
    mean.metrics[claim.metric + at] = sum / static_cast<double>(levels.size());
    return {mean};
}

}  // namespace

Verdict judge(const Claim& claim, const std::vector<Evidence>& levels, const std::vector<double>& values)
{
    Verdict verdict;
    verdict.claim = claim.text();
    verdict.bound = claim.why;
    if (claim.during) {
        judge_in_time(claim, levels, verdict);
    } else if (claim.verb == Claim::Verb::slope) {
        judge_slope(claim, levels, values, verdict);
    } else if (claim.verb == Claim::Verb::order) {
        judge_order(claim, levels, values, verdict);
    } else if (claim.verb == Claim::Verb::each) {
        judge_each(claim, levels, verdict);
    } else {
        verdict.holds = true;
        const std::vector<Evidence> judged = claim.mean ? averaged(claim, levels) : levels;
        for (std::size_t k = claim.every ? 0 : judged.size() - 1; k < judged.size(); ++k) {
            verdict.value += verdict.value.empty() ? "" : ", ";
            verdict.holds = holds_at(claim, judged[k], verdict.value) && verdict.holds;
        }
    }
    return verdict;
}

}  // namespace widelimit
