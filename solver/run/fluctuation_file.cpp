// SPDX-License-Identifier: BSD-3-Clause
#include "fluctuation_file.hpp"

#include <vector>

#include "widelimit/io/netcdf.hpp"
#include "widelimit/run/build_info.hpp"

namespace widelimit {
namespace {

Field rows_of(const Matrix& nodes_by_times)
{
    const Matrix turned = nodes_by_times;
    return Eigen::Map<const Field>(turned.data(), turned.size());
}

struct Quantity {
    std::string name, meaning;
    bool of_nodes;
    Field values;
};

/// Along the nodes of all times, then along the times.
std::vector<Quantity> quantities(const Case& c, const Predicted& found)
{
    std::vector<Quantity> all;
    const auto add = [&](const std::string& name, const std::string& meaning, const Matrix& values) {
        all.push_back({name, meaning, true, rows_of(values)});
    };
    const Index nodes = found.first.variance.rows();
    const bool biased = found.second.columns > 0;
    if (nodes > 0) {
        add("prediction", "prediction of the limit", found.predictions);
        add("variance", "limit of width times the variance of predictions", found.first.variance);
        add("noise_variance", "part of the variance that is made by noise", found.first.noise);
        add("resampling_variance", "width times the variance of neurons that are drawn from the limit anew",
            found.resampling);
    }
    if (nodes > 0 && c.data && !c.data->labels && c.data->targets.size() == nodes) {
        const Scale& scale = c.data->target_scale;
        add("natural_prediction", "prediction of the limit in units of the data",
            (scale.mean + scale.deviation * found.predictions.array()).matrix());
        add("natural_deviation", "square root of variance, in units of the data",
            scale.deviation * found.first.variance.cwiseMax(0.0).cwiseSqrt());
    }
    if (nodes > 0 && biased) {
        add("bias", "limit of width times the bias of predictions", found.second.prediction);
    }
    all.push_back({"objective", "objective of the limit without its entropy", false, found.objective});
    all.push_back({"objective_variance", "limit of width times the variance of the objective", false,
                   found.first.objective_variance});
    if (biased) {
        all.push_back({"objective_bias", "limit of width times the bias of the objective", false,
                       found.second.objective});
    }
    return all;
}

}  // namespace

void write_fluctuations(const Case& c, const std::string& path, const Predicted& found)
{
    NetcdfWriter file(path);
    file.attribute("Conventions", "CF-1.8");
    file.attribute("title", c.title);
    file.attribute("source", "widelimit " + build_info().version);
    file.dimension("time", static_cast<Index>(found.first.times.size()));
    if (const Index nodes = found.first.variance.rows(); nodes > 0) {
        file.dimension("node", nodes);
    }
    const std::vector<Quantity> all = quantities(c, found);
    file.variable("time", {"time"}, {{"long_name", "time"}, {"units", "1"}, {"axis", "T"}});
    for (const Quantity& quantity : all) {
        file.variable(
            quantity.name,
            quantity.of_nodes ? std::vector<std::string>{"time", "node"} : std::vector<std::string>{"time"},
            {{"long_name", quantity.meaning}, {"units", "1"}});
    }
    file.end_definitions();
    file.put("time", found.first.times);
    for (const Quantity& quantity : all) {
        file.put(quantity.name, quantity.values);
    }
    file.close();
}

}  // namespace widelimit
