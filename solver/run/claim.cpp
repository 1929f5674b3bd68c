// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "widelimit/core/numbers.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
namespace {

const std::vector<std::pair<std::string, Claim::Verb>> verbs = {{"is", Claim::Verb::is},
                                                                {"below", Claim::Verb::below},
                                                                {"above", Claim::Verb::above},
                                                                {"monotone", Claim::Verb::monotone},
                                                                {"order", Claim::Verb::order},
                                                                {"slope", Claim::Verb::slope},
                                                                {"rate", Claim::Verb::rate},
                                                                {"table", Claim::Verb::table},
                                                                {"less_than", Claim::Verb::less_than},
                                                                {"each", Claim::Verb::each}};

double optional_number(const Settings& section, const std::string& key)
{
    return section.has(key) ? section.number(key) : 0.0;
}

std::string optional_text(const Settings& section, const std::string& key)
{
    return section.has(key) ? section.text(key) : "";
}

std::string find_verb(const Settings& section, Claim& claim)
{
    std::string found;
    for (const auto& [name, verb] : verbs) {
        if (section.has(name)) {
            if (!found.empty()) {
                section.fail(name, "a claim has one verb; there is '" + found + "' already");
            }
            found = name;
            claim.verb = verb;
        }
    }
    if (found.empty()) {
        section.fail(
            "",
            "a claim needs one of is, below, above, monotone, order, slope, rate, table, less_than, each");
    }
    return found;
}

void read_table(const Settings& section, Claim& claim)
{
    const Table table = read_csv(resolve_path(section.value("table")));
    claim.table_times = table.column("time");
    claim.table_values = table.column(section.text("column"));
}

void read_times(const Settings& section, const std::string& verb, Claim& claim)
{
    const bool fits = claim.verb == Claim::Verb::slope || claim.verb == Claim::Verb::rate;
    if (!section.has("during")) {
        if (claim.verb == Claim::Verb::rate) {
            section.fail("rate", "the times are missing: during = [from, to]");
        }
        return;
    }
    const std::vector<double> times = section.numbers("during");
    if (!fits || section.has("at")) {
        section.fail("during",
                     fits ? "and `at` exclude each other" : "is for a slope or a rate, not for " + verb);
    }
    if (times.size() != 2 || !(times[0] < times[1])) {
        section.fail("during", "expected two times, the first below the second");
    }
    claim.during = {times[0], times[1]};
}

void read_mean(const Settings& section, const std::string& verb, Claim& claim)
{
    claim.mean = section.flag("mean");
    const bool fits =
        claim.verb == Claim::Verb::is || claim.verb == Claim::Verb::below || claim.verb == Claim::Verb::above;
    if (claim.mean && (!fits || claim.every)) {
        section.fail("mean",
                     fits ? "and `every` exclude each other" : "is for is, below and above, not for " + verb);
    }
}

void read_limit(const Settings& section, const std::string& verb, Claim& claim)
{
    if (section.has("limit")) {
        if (claim.verb != Claim::Verb::slope && claim.verb != Claim::Verb::rate) {
            section.fail("limit", "is for a slope or a rate, not for " + verb);
        }
        claim.limit = section.number("limit");
    }
}

Claim read_claim(const Settings& section)
{
    Claim claim;
    claim.metric = section.text("metric");
    const std::string verb = find_verb(section, claim);
    switch (claim.verb) {
        case Claim::Verb::monotone:
            claim.increasing = section.text(verb) == "increasing";
            break;
        case Claim::Verb::table:
            read_table(section, claim);
            break;
        case Claim::Verb::less_than:
            claim.other = section.text(verb);
            break;
        case Claim::Verb::each:
            claim.each = section.numbers(verb);
            break;
        default:
            claim.bound = section.number(verb);
    }
    claim.within = optional_number(section, "within");
    claim.relative = optional_number(section, "relative");
    if (claim.verb == Claim::Verb::is && section.has("within") == section.has("relative")) {
        section.fail("is", "expected exactly one of `within` and `relative`");
    }
    if (claim.verb == Claim::Verb::each && section.has("within") == section.has("relative")) {
        section.fail("each", "expected exactly one of `within` and `relative`");
    }
    if (claim.verb == Claim::Verb::rate && section.has("within") == section.has("relative")) {
        section.fail("rate", "expected exactly one of `within` and `relative`");
    }
    read_times(section, verb, claim);
    read_limit(section, verb, claim);
    if ((claim.verb == Claim::Verb::slope && !section.has("within")) ||
        (claim.verb == Claim::Verb::table && !section.has("relative"))) {
        section.fail(verb, "a tolerance is missing");
    }
    if (section.has("at")) {
        claim.at = section.number("at");
    }
    claim.every = section.flag("every");
    read_mean(section, verb, claim);
    claim.from = section.number("from");
    claim.source = optional_text(section, "source");
    claim.why = optional_text(section, "why");
    return claim;
}

std::string plain(double number)
{
    return fmt::format("{:.6g}", number);
}

}  // namespace

std::vector<Claim> read_claims(const Settings& root)
{
    std::vector<Claim> claims;
    for (const Settings& section : root.tables("claim")) {
        claims.push_back(read_claim(section));
    }
    return claims;
}

std::string Claim::text() const
{
    const std::string when = at ? " at t = " + plain(*at)
                             : during
                                 ? " for t in [" + plain(during->first) + ", " + plain(during->second) + "]"
                                 : "";
    const std::string subject = mean ? "mean of " + metric : metric;
    const std::string above = limit == 0.0 ? metric : fmt::format("|{} - {:.12g}|", metric, limit);
    const std::string about =
        relative > 0.0 ? " to " + plain(100.0 * relative) + " %" : " ± " + plain(within);
    switch (verb) {
        case Verb::is:
            return subject + when + " = " + plain(bound) + about;
        case Verb::below:
            return subject + when + " < " + plain(bound);
        case Verb::above:
            return subject + when + " > " + plain(bound);
        case Verb::monotone:
            return metric + (increasing ? " never falls" : " never rises");
        case Verb::order:
            return "order of " + metric + when + (within > 0.0 ? " = " : " >= ") + plain(bound) +
                   (within > 0.0 ? about : "");
        case Verb::slope:
            return "slope of " + above + when + " = " + plain(bound) + about;
        case Verb::rate:
            return "rate of " + above + when + " = " + plain(bound) + about;
        case Verb::table:
            return metric + " follows the table" + about;
        case Verb::each:
            return metric + when + " is what each level should" + about;
        case Verb::less_than:
            return metric + when + " < " + other;
    }
    return metric;
}

double Evidence::value(const std::string& metric, const std::optional<double>& at) const
{
    if (at && metrics.count(metric + "@" + plain(*at)) > 0) {
        return metrics.at(metric + "@" + plain(*at));
    }
    if (!at) {
        const auto found = metrics.find(metric);
        return found == metrics.end() ? missing : found->second;
    }
    const auto& names = series.names;
    const auto column = std::find(names.begin(), names.end(), metric);
    if (column == names.end()) {
        return missing;
    }
    for (Index row = 0; row < series.columns.rows(); ++row) {
        if (std::abs(series.columns(row, 0) - *at) <= 1e-12 * std::max(1.0, *at)) {
            return series.columns(row, column - names.begin());
        }
    }
    return missing;
}

std::vector<double> observed_orders(const std::vector<double>& errors, const std::vector<double>& values)
{
    std::vector<double> orders;
    for (std::size_t k = 0; k + 1 < errors.size(); ++k) {
        orders.push_back(std::log(errors[k] / errors[k + 1]) / std::abs(std::log(values[k + 1] / values[k])));
    }
    return orders;
}

double log_slope(std::vector<double> x, std::vector<double> y)
{
    for (std::vector<double>* values : {&x, &y}) {
        for (double& value : *values) {
            value = std::log(value);
        }
    }
    return fitted_slope(x, y);
}

double fitted_slope(const std::vector<double>& x, const std::vector<double>& y)
{
    const auto n = static_cast<double>(x.size());
    double sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double u = x[i], v = y[i];
        sx += u;
        sy += v;
        sxx += u * u;
        sxy += u * v;
    }
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

}  // namespace widelimit
