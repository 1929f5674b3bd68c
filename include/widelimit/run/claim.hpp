// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/settings.hpp"
#include "widelimit/io/series.hpp"

namespace widelimit {

/// One [[claim]] of a case: a metric and exactly one verb.
struct Claim {
    enum class Verb { is, below, above, monotone, order, slope, rate, table, less_than, each };

    std::string metric;
    Verb verb = Verb::below;
    double bound = 0.0;       ///< of is, below, above, order, slope, rate
    double within = 0.0;      ///< absolute
    double relative = 0.0;    ///< relative, for `is` and `table`
    bool increasing = false;  ///< of monotone
    std::optional<double> at;
    bool every = false;  ///< at every level of the study, not only the last
    bool mean = false;   ///< of is, below, above: over the levels of the study
    double from = 0.0;   ///< smallest width that a slope uses
    /// Times between which a slope or rate is fitted to the series; without them a slope is over widths or
    /// levels.
    std::optional<std::pair<double, double>> during;
    double limit = 0.0;  ///< of slope and rate: what the metric tends to; the distance to it is fitted
    std::string other;   ///< of less_than
    Field table_times, table_values;
    std::vector<double> each;  ///< expected at every level of the study
    std::string source, why;

    /// "prediction_error at t = 1: order 1.5 within 0.2".
    std::string text() const;
};

std::vector<Claim> read_claims(const Settings& root);

/// What a run left behind for its claims to be judged on.
struct Evidence {
    std::map<std::string, double> metrics;  ///< at the end
    Series series;

    /// NaN where there is none.
    double value(const std::string& metric, const std::optional<double>& at) const;
};

struct Verdict {
    std::string claim, bound, value;
    bool holds = false;
};

/// Judges a claim on the levels of a study, coarse to fine, with the varied values; a run without a study is
/// one level.  NaN and missing values fail.
Verdict judge(const Claim& claim, const std::vector<Evidence>& levels, const std::vector<double>& values);

/// log(e_k / e_{k+1}) / |log(v_{k+1} / v_k)| between every pair of levels.
std::vector<double> observed_orders(const std::vector<double>& errors, const std::vector<double>& values);

/// Least-squares slope of y against x.
double fitted_slope(const std::vector<double>& x, const std::vector<double>& y);
/// The same of log y against log x.
double log_slope(std::vector<double> x, std::vector<double> y);

}  // namespace widelimit
