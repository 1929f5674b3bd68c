// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/energy/base.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/curve.hpp"
#include "widelimit/run/frames.hpp"
#include "widelimit/run/summary.hpp"

namespace widelimit {
namespace {

/// The state of the last frame, masses of mu.
Field final_state(const std::string& path, const Grid& grid, const Layout& layout)
{
    const NetcdfReader file(path);
    if (file.records() == 0) {
        throw ConfigError(path + ": holds no frame yet");
    }
    return state_of_frame(file, file.records() - 1, grid, layout);
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
    const Grid grid = c.grid->make();
    const Layout layout{grid.cells(), grid.points(), static_cast<Index>(c.problem.signs().size())};
    const Base base(c.problem, grid, layout);
    const Field moment = base.moment(final_state(directory + "/fields.nc", grid, layout));
    const Field predictions = predictions_at(c.problem, *c.data, inputs, base.points(), moment);
    if (arguments.json) {
        print_json(*c.data, inputs, predictions);
    } else {
        print_rows(*c.data, inputs, predictions);
    }
    return 0;
}

}  // namespace widelimit
