// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/certify.hpp"
#include "widelimit/run/frames.hpp"
#include "widelimit/run/summary.hpp"

namespace widelimit {
namespace {

struct Words {
    std::string quantity, reached, optimum;
};

Words words_of(Optimum kind)
{
    switch (kind) {
        case Optimum::objective:
            return {"objective", "objective of the measure", "least objective"};
        case Optimum::margin:
            return {"margin", "margin of the measure", "largest margin"};
        default:
            return {"norm", "variation norm of the measure", "least norm of an interpolant"};
    }
}

nlohmann::ordered_json json_of(const Certificate& found, const std::string& directory)
{
    const Bracket& optimum = found.optimum;
    nlohmann::ordered_json json;
    json["run"] = directory;
    json["certified"] = words_of(found.kind).quantity;
    json["reached"] = found.reached;
    json["risk"] = found.risk;
    json["bound"] = found.bound;
    json["gap"] = found.gap();
    json["least_potential"] = found.least_potential;
    json["support_potential"] = found.support_potential;
    json["clusters"] = {{"neurons", found.clusters}, {"reached", found.clusters_reached}};
    json["optimum"] = {{"low", optimum.low},
                       {"high", optimum.high},
                       {"neurons", optimum.network.size()},
                       {"rounds", optimum.rounds}};
    json["dual"] = std::vector<double>(optimum.dual.begin(), optimum.dual.end());
    auto places = nlohmann::ordered_json::array();
    for (Index j = 0; j < optimum.network.size(); ++j) {
        const Field place = optimum.network.places.col(j);
        places.push_back(std::vector<double>(place.begin(), place.end()));
    }
    json["places"] = std::move(places);
    json["masses"] = std::vector<double>(optimum.network.weights.begin(), optimum.network.weights.end());
    return json;
}

void print(const Certificate& found, const std::string& folder)
{
    const Words words = words_of(found.kind);
    const Bracket& optimum = found.optimum;
    fmt::print("{:<34}{:.12g}\n", words.reached, found.reached);
    if (found.kind == Optimum::norm) {
        fmt::print("{:<34}{:.6g}\n", "risk (least: 0)", found.risk);
    } else {
        fmt::print("{:<34}{:.12g}\n", "bound by its own residuals", found.bound);
    }
    if (found.kind == Optimum::objective) {
        const char* minus = found.fixed_mass ? " - mean" : "";
        fmt::print("{:<34}{:.3g}\n", fmt::format("least psi{} over all neurons", minus),
                   found.least_potential);
        fmt::print("{:<34}{:.3g}\n", fmt::format("int |psi{}| dmu / mass", minus), found.support_potential);
    }
    fmt::print("{:<34}{:.12g}\n", fmt::format("{} clusters as a network", found.clusters),
               found.clusters_reached);
    fmt::print("{:<34}[{:.15g}, {:.15g}], {} neurons\n", words.optimum, optimum.low + 0.0, optimum.high + 0.0,
               optimum.network.size());
    if (found.unattained()) {
        const bool proved = found.kind == Optimum::margin && optimum.high < 1e-9;
        fmt::print("{}\n", proved                          ? "no network separates these data"
                           : found.kind == Optimum::margin ? "no network that separates these data was found"
                                                           : "no network that meets all targets was found");
        return;
    }
    const double gap = found.gap();
    fmt::print("{:<34}{:.3g}{}\n", "relative gap of it, at most", gap, gap > 0.01 ? ": not optimal" : "");
    fmt::print("{}/network.csv, network.json, certificate.json\n", folder);
}

}  // namespace

int certify_command(const Arguments& arguments)
{
    const std::string directory = arguments.target;
    if (!is_there(directory + "/case.toml")) {
        throw ConfigError(directory + ": not the directory of a run (no case.toml)");
    }
    const Case c(Case::tree(directory + "/case.toml", {}), stem_of(directory));
    if (!c.grid || !c.data) {
        throw ConfigError(directory + ": certificates need a run on a grid with [data]");
    }
    const std::string refusal = no_certificate(c.problem);
    if (!refusal.empty()) {
        throw ConfigError(directory + ": " + refusal);
    }
    const Summary summary = read_summary(directory);
    const Grid grid = c.grid->make();
    const std::unique_ptr<FluxScheme> scheme = fluxes().find(c.grid->flux).make();
    GridFlow flow(c.problem, grid, *scheme);
    const NetcdfReader file(directory + "/fields.nc");
    if (file.records() == 0) {
        throw ConfigError(directory + "/fields.nc: holds no frame yet");
    }
    const Field state = state_of_frame(file, file.records() - 1, grid, flow.layout());
    flow.prepare(state, summary.time_reached);
    const Certificate found = certify({flow, state, summary.time_reached});
    const std::string folder = directory + "/certificate";
    write_network(folder, c, found.optimum.network);
    const auto json = json_of(found, directory);
    const std::string text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    write_atomically(folder + "/certificate.json", text + "\n");
    if (arguments.sample > 0) {
        write_network(
            folder + "/sample", c,
            sampled(flow.energy(), state, arguments.sample, static_cast<std::uint64_t>(arguments.seed)));
    }
    if (arguments.json) {
        fmt::print("{}\n", text);
    } else {
        print(found, folder);
    }
    return 0;
}

}  // namespace widelimit
