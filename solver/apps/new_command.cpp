// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/suggestion.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/csv.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/run/case.hpp"

namespace widelimit {
namespace {

/// The first of many, quoted.
std::vector<std::string> some(std::vector<std::string> names)
{
    std::transform(names.begin(), names.end(), names.begin(), quoted);
    if (names.size() > 50) {
        names.resize(50);
        names.push_back("...");
    }
    return names;
}

/// What the first column that is none of the numeric ones has in the place of a number.
std::string first_word(const Table& table, const std::vector<std::string>& numeric)
{
    for (const std::string& name : table.names()) {
        if (!name.empty() && std::find(numeric.begin(), numeric.end(), name) == numeric.end()) {
            try {
                table.column(name);
            } catch (const ConfigError& error) {
                return std::string("; ") + error.what();
            }
        }
    }
    return {};
}

std::string data_section(const std::string& file)
{
    if (file.empty()) {
        return R"([data]
# Rows [input, target]; or: file = "my.csv", inputs = ["column"], target = "column"
rows = [[-2.0, 0.1], [-1.0, -0.9], [-0.5, 0.2], [0.0, 1.0], [0.6, 0.4], [1.0, -0.8], [1.5, -0.2], [2.0, 0.6]]
)";
    }
    const Table table = read_csv(file);
    const std::vector<std::string> names = table.numeric();
    if (names.size() < 2) {
        throw ConfigError(file + ": two numeric columns are needed, an input and a target; found " +
                          std::to_string(names.size()) + first_word(table, names));
    }
    return fmt::format(
        "[data]\nfile = {}\ninputs = [{}]      # one input and the bias: neurons live on two "
        "circles\n"
        "target = {}        # numeric columns of the file: {}\nstandardise = true\n",
        quoted(absolute_path(file)), quoted(names.front()), quoted(names.back()), enumerated(some(names)));
}

std::string case_text(const std::string& name, const std::string& data)
{
    return fmt::format(R"(# widelimit run {0}.toml     solves, simulates, compares; results in runs/{0}
# widelimit plot runs/{0}     the figure

[case]
title = {2}

{1}
[network]
activation = "relu"                # widelimit list activations
bias = true
train = ["input", "output"]
start = "balanced"

[problem]
risk = "square"                    # widelimit list risks
decay = 5e-3                       # lambda: weight decay, lambda times the variation norm

[grid.axes]
angle = {{ cells = 512 }}            # per circle; 1024 for a paper

[time]
end = 100.0

[particles]                        # finite networks beside the grid; leave out if not wanted
widths = [30, 100, 300, 1000]
seeds = 10
end = 10.0
at = [1.0, 10.0]                   # times at which their distance to the grid is measured

[output]
series = {{ per_decade = 20, of = ["min_potential", "support_potential", "grid_gap"] }}

[[claim]]                          # what you expect; checked by: widelimit validate {0}.toml
metric = "objective"
monotone = "decreasing"

[figure]
kind = "training"
)",
                       name, data, quoted(name));
}

}  // namespace

int new_command(const Arguments& arguments)
{
    const std::string& target = arguments.target;
    const std::string path = target.size() > 5 && target.ends_with(".toml") ? target : target + ".toml";
    if (is_there(path) && !arguments.force) {
        throw ConfigError(path + ": exists already; choose another name or give --force");
    }
    write_atomically(path, case_text(stem_of(path), data_section(arguments.data)));
    if (arguments.json) {
        fmt::print("{}\n", nlohmann::json{{"file", path}}.dump());
    } else if (!arguments.quiet) {
        fmt::print("{}\n", path);
    }
    return 0;
}

}  // namespace widelimit
