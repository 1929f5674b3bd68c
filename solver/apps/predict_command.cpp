// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/curve.hpp"
#include "widelimit/run/summary.hpp"

namespace widelimit {
namespace {

/// The last record of a variable; nothing if it should have no numbers.
Field last_frame(const NetcdfReader& file, const std::string& variable, Index size)
{
    Field values = size > 0 ? file.read(variable, file.records() - 1) : Field();
    if (values.size() != size) {
        throw ConfigError(
            fmt::format("fields.nc: '{}' holds {} numbers a frame, the case of this run {}: it is of "
                        "another grid; run the case again with --force",
                        variable, values.size(), size));
    }
    return values;
}

/// Signed site masses of the last frame, channels added up with their signs.
Field final_moment(const std::string& path, const Problem& problem, const Grid& grid)
{
    const NetcdfReader file(path);
    if (file.records() == 0) {
        throw ConfigError(path + ": holds no frame yet");
    }
    const std::vector<double> signs = problem.signs();
    const auto channels = static_cast<Index>(signs.size());
    const Field density = last_frame(file, "density", channels * grid.cells());
    const Field atoms = last_frame(file, "atom", channels * grid.points());
    Field moment = Field::Zero(grid.sites());
    for (std::size_t c = 0; c < signs.size(); ++c) {
        const auto channel = static_cast<Index>(c);
        moment.head(grid.cells()) += signs[c] * density.segment(channel * grid.cells(), grid.cells())
                                                    .cwiseProduct(grid.volumes().head(grid.cells()));
        if (grid.points() > 0) {
            moment.tail(grid.points()) += signs[c] * atoms.segment(channel * grid.points(), grid.points());
        }
    }
    return moment;
}

void print_rows(const Data& data, const Matrix& inputs, const Field& predictions)
{
    for (const std::string& name : data.names) {
        fmt::print("{},", csv_field(name));
    }
    fmt::print("{}\n", csv_field(data.target_name));
    for (Index i = 0; i < inputs.rows(); ++i) {
        for (Index k = 0; k < inputs.cols(); ++k) {
            fmt::print("{},", inputs(i, k));
        }
        fmt::print("{}\n", predictions[i]);
    }
}

/// One object a row, keys as the columns.
void print_json(const Data& data, const Matrix& inputs, const Field& predictions)
{
    auto json = nlohmann::ordered_json::array();
    for (Index i = 0; i < inputs.rows(); ++i) {
        nlohmann::ordered_json row;
        for (Index k = 0; k < inputs.cols(); ++k) {
            row[data.names[static_cast<std::size_t>(k)]] = inputs(i, k);
        }
        row[data.target_name] = predictions[i];
        json.push_back(row);
    }
    fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

int predict_command(const Arguments& arguments)
{
    const std::string directory = arguments.target;
    if (!is_there(directory + "/case.toml")) {
        throw ConfigError(directory + ": not the directory of a run (no case.toml)");
    }
    const Case c(Case::tree(directory + "/case.toml", {}), stem_of(directory));
    if (!c.grid || !c.data || !c.problem.features) {
        throw ConfigError(directory + ": predictions need a run on a grid with [data]");
    }
    read_summary(directory);
    const Table table = read_csv(arguments.data);
    Matrix inputs(table.rows(), static_cast<Index>(c.data->names.size()));
    for (std::size_t k = 0; k < c.data->names.size(); ++k) {
        inputs.col(static_cast<Index>(k)) = table.column(c.data->names[k]);
    }
    const Grid grid = make_line(c.grid->axis);
    const Field moment = final_moment(directory + "/fields.nc", c.problem, grid);
    const Matrix features = features_at(c.problem, *c.data, inputs, grid.coordinates());
    const Scale& scale = c.data->target_scale;
    const Field predictions = scale.mean + scale.deviation * (features.transpose() * moment).array();
    if (arguments.json) {
        print_json(*c.data, inputs, predictions);
    } else {
        print_rows(*c.data, inputs, predictions);
    }
    return 0;
}

}  // namespace widelimit
