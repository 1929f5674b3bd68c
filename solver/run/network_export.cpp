// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/run/certify.hpp"

namespace widelimit {
namespace {

/// a sigma(w . x + b) of one neuron in the data's own units.
struct Unit {
    double a = 0.0, b = 0.0;
    std::vector<double> w;
};

/// Output weight and input weights of a neuron in standardised units: of a direction balanced, of one of all
/// weights those of that size, elsewhere its place.
std::pair<double, Field> weights_of(const Problem& problem, const Field& place, double weight)
{
    const double scaled = weight * problem.amplitude_scale;
    if (problem.coordinates.size() == 1 && problem.coordinates[0].circle) {
        const double size = std::sqrt(std::abs(scaled));
        return {std::copysign(size, scaled),
                size * (Field(2) << std::cos(place[0]), std::sin(place[0])).finished()};
    }
    if (problem.sphere == Sphere::directions) {
        const double size = std::sqrt(std::abs(scaled));
        return {std::copysign(size, scaled), size * place};
    }
    if (problem.sphere == Sphere::weights) {
        const double size = std::sqrt(std::abs(scaled));
        return {std::copysign(size, scaled) * place[0], size * place.tail(problem.base_rank())};
    }
    return {scaled * problem.amplitudes(place)[0], place.tail(problem.base_rank())};
}

Unit unit_of(const Case& c, const Field& place, double weight)
{
    const auto [a, w] = weights_of(c.problem, place, weight);
    Unit unit;
    unit.a = a * c.data->target_scale.deviation;
    const std::size_t inputs = c.data->names.size();
    unit.b = c.problem.bias ? w[static_cast<Index>(inputs)] : 0.0;
    for (std::size_t k = 0; k < inputs; ++k) {
        const Scale& input = c.data->scales[k];
        unit.w.push_back(w[static_cast<Index>(k)] / input.deviation);
        unit.b -= unit.w.back() * input.mean;
    }
    return unit;
}

}  // namespace

void write_optimum(const std::string& directory, const Case& c, const SparseNetwork& network)
{
    std::string table;
    for (const Coordinate& coordinate : c.problem.coordinates) {
        table += coordinate.name + ",";
    }
    table += "mass\n";
    for (Index j = 0; j < network.size(); ++j) {
        for (const double x : network.places.col(j)) {
            table += fmt::format("{},", x);
        }
        table += fmt::format("{}\n", network.weights[j]);
    }
    write_atomically(directory + "/optimum.csv", table);
}

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
        const Unit unit = unit_of(c, network.places.col(j), network.weights[j]);
        table += fmt::format("{}", unit.a);
        for (const double w : unit.w) {
            table += fmt::format(",{}", w);
        }
        table += fmt::format(",{}\n", unit.b);
        neurons.push_back({{"a", unit.a}, {"w", unit.w}, {"b", unit.b}});
    }
    nlohmann::ordered_json json;
    json["function"] = "offset + sum of a sigma(w . x + b), in the data's own units";
    json["activation"] = c.problem.activation;
    json["inputs"] = c.data->names;
    json["target"] = c.data->target_name;
    json["offset"] = c.data->target_scale.mean;
    json["neurons"] = std::move(neurons);
    write_atomically(folder + "/network.csv", table);
    write_atomically(folder + "/network.json",
                     json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace widelimit
