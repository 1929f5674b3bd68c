// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/summary.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "widelimit/core/error.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/run/build_info.hpp"

namespace widelimit {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN: what is not a number is null.
Json number(double value)
{
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double number_of(const Json& json)
{
    return json.is_null() ? std::nan("") : json.get<double>();
}

Json metrics_json(const std::map<std::string, double>& metrics)
{
    Json json = Json::object();
    for (const auto& [name, value] : metrics) {
        json[name] = number(value);
    }
    return json;
}

Json guarantees_json(const std::vector<Guarantee>& guarantees)
{
    Json json = Json::object();
    for (const Guarantee& g : guarantees) {
        json[g.name] = {
            {"applies", g.applies}, {"holds", g.holds}, {"worst", number(g.worst)}, {"text", g.text}};
    }
    return json;
}

Json study_json(const Summary& summary)
{
    Json metrics = Json::object(), orders = Json::object();
    for (const auto& [name, last] : summary.study_metrics.back()) {
        std::vector<double> values;
        Json column = Json::array();
        for (const auto& level : summary.study_metrics) {
            const auto found = level.find(name);
            values.push_back(found == level.end() ? std::nan("") : found->second);
            column.push_back(number(values.back()));
        }
        metrics[name] = column;
        Json between = Json::array();
        for (const double order : observed_orders(values, summary.study_values)) {
            between.push_back(number(order));
        }
        orders[name] = between;
    }
    return {{"key", summary.study_key},
            {"values", summary.study_values},
            {"metrics", metrics},
            {"orders", orders}};
}

Json claims_json(const std::vector<Verdict>& verdicts)
{
    Json json = Json::array();
    for (const Verdict& verdict : verdicts) {
        json.push_back({{"claim", verdict.claim}, {"value", verdict.value}, {"holds", verdict.holds}});
    }
    return json;
}

/// Null if there is no such file.
Json read_json(const std::string& path)
{
    constexpr std::size_t limit = std::size_t{1} << 28;
    return is_there(path) ? Json::parse(file_text(path, limit)) : Json();
}

/// What `take` makes of summary.json; ConfigError if that is no summary.
template <class Take>
auto from_summary(const std::string& directory, Take&& take)
{
    const std::string path = directory + "/summary.json";
    try {
        return take(read_json(path));
    } catch (const Json::exception& error) {
        throw ConfigError(path + ": not the summary of a run (" + error.what() +
                          "); replace the run with --force, or choose another place with --out");
    }
}

}  // namespace

std::string summary_json(const std::string& fingerprint, const Summary& summary)
{
    const BuildInfo& build = build_info();
    Json json = {{"status", summary.status}};
    if (!summary.reason.empty()) {
        json["reason"] = summary.reason;
    }
    json["time_reached"] = number(summary.time_reached);
    json["metrics"] = metrics_json(summary.metrics);
    json["guarantees"] = guarantees_json(summary.guarantees);
    if (!summary.study_metrics.empty()) {
        json["study"] = study_json(summary);
    }
    if (!summary.verdicts.empty()) {
        json["claims"] = claims_json(summary.verdicts);
    }
    json["versions"] = {{"widelimit", build.version}, {"commit", build.commit}, {"compiler", build.compiler}};
    json["flags"] = build.flags;
    json["isa"] = build.isa;
    json["wall_seconds"] = number(summary.wall_seconds);
    json["fingerprint"] = fingerprint;
    return json.dump(2) + "\n";
}

void write_summary(const std::string& directory, const std::string& fingerprint, const Summary& summary)
{
    write_atomically(directory + "/summary.json", summary_json(fingerprint, summary));
}

Earlier read_earlier(const std::string& directory)
{
    return from_summary(directory, [](const Json& json) -> Earlier {
        if (json.is_null()) {
            return {};
        }
        return {json.at("status"), json.at("fingerprint")};
    });
}

Summary read_summary(const std::string& directory)
{
    return from_summary(directory, [&](const Json& json) {
        if (json.is_null()) {
            throw ConfigError(directory + ": no summary.json: not the directory of a run");
        }
        Summary summary;
        summary.status = json.at("status");
        summary.time_reached = number_of(json.at("time_reached"));
        for (const auto& [name, value] : json.at("metrics").items()) {
            summary.metrics[name] = number_of(value);
        }
        for (const auto& [name, g] : json.at("guarantees").items()) {
            summary.guarantees.push_back({name, g.at("applies").get<bool>(), g.at("holds").get<bool>(),
                                          number_of(g.at("worst")), g.at("text").get<std::string>()});
        }
        return summary;
    });
}

}  // namespace widelimit
