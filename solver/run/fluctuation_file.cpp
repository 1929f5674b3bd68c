// SPDX-License-Identifier: BSD-3-Clause
#include "fluctuation_file.hpp"

#include "widelimit/io/netcdf.hpp"
#include "widelimit/run/build_info.hpp"

namespace widelimit {
namespace {

Field rows_of(const Matrix& nodes_by_times)
{
    const Matrix turned = nodes_by_times;
    return Eigen::Map<const Field>(turned.data(), turned.size());
}

}  // namespace

void write_fluctuations(const Case& c, const std::string& path, const Predicted& found)
{
    NetcdfWriter file(path);
    const Index nodes = found.first.variance.rows();
    file.attribute("Conventions", "CF-1.8");
    file.attribute("title", c.title);
    file.attribute("source", "widelimit " + build_info().version);
    file.dimension("time", static_cast<Index>(found.first.times.size()));
    file.variable("time", {"time"}, {{"long_name", "time"}, {"units", "1"}, {"axis", "T"}});
    const auto define = [&](const std::string& name, const std::string& meaning, bool of_nodes) {
        file.variable(name,
                      of_nodes ? std::vector<std::string>{"time", "node"} : std::vector<std::string>{"time"},
                      {{"long_name", meaning}, {"units", "1"}});
    };
    const bool biased = found.second.columns > 0;
    const bool natural = nodes > 0 && c.data && !c.data->labels && c.data->targets.size() == nodes;
    if (nodes > 0) {
        file.dimension("node", nodes);
        define("prediction", "prediction of the limit", true);
        define("variance", "limit of width times the variance of predictions", true);
        define("noise_variance", "part of the variance that is made by noise", true);
        define("resampling_variance",
               "width times the variance of neurons that are drawn from the limit anew", true);
        if (natural) {
            define("natural_prediction", "prediction of the limit in units of the data", true);
            define("natural_deviation", "square root of variance, in units of the data", true);
        }
        if (biased) {
            define("bias", "limit of width times the bias of predictions", true);
        }
    }
    define("objective", "objective of the limit without its entropy", false);
    define("objective_variance", "limit of width times the variance of the objective", false);
    if (biased) {
        define("objective_bias", "limit of width times the bias of the objective", false);
    }
    file.end_definitions();
    file.put("time", found.first.times);
    if (nodes > 0) {
        file.put("prediction", rows_of(found.predictions));
        file.put("variance", rows_of(found.first.variance));
        file.put("noise_variance", rows_of(found.first.noise));
        file.put("resampling_variance", rows_of(found.resampling));
        if (natural) {
            const Scale& scale = c.data->target_scale;
            file.put("natural_prediction",
                     rows_of((scale.mean + scale.deviation * found.predictions.array()).matrix()));
            file.put("natural_deviation",
                     rows_of(scale.deviation * found.first.variance.cwiseMax(0.0).cwiseSqrt()));
        }
        if (biased) {
            file.put("bias", rows_of(found.second.prediction));
        }
    }
    file.put("objective", found.objective);
    file.put("objective_variance", found.first.objective_variance);
    if (biased) {
        file.put("objective_bias", found.second.objective);
    }
    file.close();
}

}  // namespace widelimit
