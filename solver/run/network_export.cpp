// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/run/certify.hpp"

namespace widelimit {
namespace {

/// a relu(w . x + b) of one neuron in the data's own units.
struct Unit {
    double a = 0.0, b = 0.0;
    std::vector<double> w;
};

Unit unit_of(const Case& c, double angle, double weight)
{
    const double size = std::sqrt(std::abs(weight));
    const double direction[] = {std::cos(angle), std::sin(angle)};
    Unit unit;
    const double scale = c.problem.amplitude == Amplitude::signs ? c.problem.amplitude_scale : 1.0;
    unit.a = std::copysign(size, weight) * scale * c.data->target_scale.deviation;
    const std::size_t inputs = c.data->names.size();
    unit.b = c.problem.bias ? size * direction[inputs] : 0.0;
    for (std::size_t k = 0; k < inputs; ++k) {
        const Scale& input = c.data->scales[k];
        unit.w.push_back(size * direction[k] / input.deviation);
        unit.b -= unit.w.back() * input.mean;
    }
    return unit;
}

}  // namespace

void write_network(const std::string& folder, const Case& c, const SparseNetwork& network)
{
    std::filesystem::create_directories(folder);
    std::string table = "a";
    for (const std::string& name : c.data->names) {
        table += "," + csv_field("w_" + name);
    }
    table += ",b\n";
    auto neurons = nlohmann::ordered_json::array();
    for (Index j = 0; j < network.size(); ++j) {
        const Unit unit = unit_of(c, network.places(0, j), network.weights[j]);
        table += fmt::format("{}", unit.a);
        for (const double w : unit.w) {
            table += fmt::format(",{}", w);
        }
        table += fmt::format(",{}\n", unit.b);
        neurons.push_back({{"a", unit.a}, {"w", unit.w}, {"b", unit.b}});
    }
    nlohmann::ordered_json json;
    json["function"] = "offset + sum of a relu(w . x + b), in the data's own units";
    json["inputs"] = c.data->names;
    json["target"] = c.data->target_name;
    json["offset"] = c.data->target_scale.mean;
    json["neurons"] = std::move(neurons);
    write_atomically(folder + "/network.csv", table);
    write_atomically(folder + "/network.json",
                     json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace widelimit
