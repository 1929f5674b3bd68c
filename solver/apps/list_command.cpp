// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/suggestion.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/problem/kernel.hpp"
#include "widelimit/run/case.hpp"
#include "widelimit/run/metrics.hpp"
#include "widelimit/scheme/flux.hpp"
#include "widelimit/time/stepper.hpp"
#include "widelimit/weights/descent.hpp"

namespace widelimit {
namespace {

using Lines = std::map<std::string, std::string>;

template <class Entry>
Lines lines_of(const Registry<Entry>& registry)
{
    Lines lines;
    for (const auto& [name, entry] : registry.all()) {
        lines[name] = entry.meaning;
    }
    return lines;
}

Lines stepper_lines()
{
    Lines lines;
    for (const StepperEntry& entry : steppers()) {
        lines[entry.name] = entry.meaning;
    }
    return lines;
}

Lines metric_lines()
{
    Lines lines(run_metrics().begin(), run_metrics().end());
    lines.insert(coordinate_metrics().begin(), coordinate_metrics().end());
    for (const auto& [name, metric] : state_metrics()) {
        lines[name] = metric.meaning;
    }
    return lines;
}

/// Case files below validation/cases of the working directory, with their titles.
Lines case_lines()
{
    Lines lines;
    const std::string folder = "validation/cases";
    if (!is_folder(folder)) {
        return lines;
    }
    for (const std::string& path : files_below(folder, ".toml")) {
        const Value tree = read_toml(path);
        const Value* section = tree.find("case");
        const Value* title = section ? section->find("title") : nullptr;
        const bool text = title && title->is(Value::Kind::text);
        lines[path] = text ? title->text() : "";
    }
    return lines;
}

const std::map<std::string, Lines (*)()>& kinds()
{
    static const std::map<std::string, Lines (*)()> table = {
        {"activations", [] { return lines_of(activations()); }},
        {"cases", case_lines},
        {"descents", [] { return lines_of(descents()); }},
        {"internals", [] { return lines_of(internals()); }},
        {"kernels", [] { return lines_of(kernels()); }},
        {"laws", [] { return lines_of(laws()); }},
        {"metrics", metric_lines},
        {"problems", [] { return lines_of(problems()); }},
        {"risks", [] { return lines_of(risks()); }},
        {"schemes", [] { return lines_of(fluxes()); }},
        {"steppers", stepper_lines},
    };
    return table;
}

void print_json()
{
    nlohmann::ordered_json json;
    for (const auto& [kind, lines] : kinds()) {
        json[kind] = lines();
    }
    fmt::print("{}\n", json.dump(2));
}

void print_kind(const std::string& kind)
{
    fmt::print("{}\n", kind);
    for (const auto& [name, meaning] : kinds().at(kind)()) {
        fmt::print("  {:32} {}\n", name, meaning);
    }
}

/// docs/names.md: all that is registered or measured; the cases are in validation/README.md.
void print_names()
{
    const auto cell = [](std::string words) {
        for (std::size_t k = words.find('|'); k != std::string::npos; k = words.find('|', k + 2)) {
            words.insert(k, "\\");
        }
        return words;
    };
    fmt::print("# Names\n\nWhat `widelimit list` knows; written by `widelimit list names`.\n");
    for (const auto& [kind, lines] : kinds()) {
        if (kind == "cases") {
            continue;
        }
        fmt::print("\n## {}\n\n| name | meaning |\n| --- | --- |\n", kind);
        for (const auto& [name, meaning] : lines()) {
            fmt::print("| `{}` | {} |\n", name, cell(meaning));
        }
    }
}

}  // namespace

int list_command(const Arguments& arguments)
{
    if (arguments.kind == "keys") {
        fmt::print("{}", case_schema().markdown());
        return 0;
    }
    if (arguments.kind == "names") {
        print_names();
        return 0;
    }
    std::vector<std::string> names = {"keys", "names"};
    for (const auto& [kind, lines] : kinds()) {
        names.push_back(kind);
    }
    if (!arguments.kind.empty() && kinds().count(arguments.kind) == 0) {
        throw ConfigError("cannot list '" + arguments.kind + "'; " +
                          suggestion(arguments.kind, names, "known kinds"));
    }
    if (arguments.json) {
        print_json();
        return 0;
    }
    for (const auto& [kind, lines] : kinds()) {
        if (arguments.kind.empty() || arguments.kind == kind) {
            print_kind(kind);
        }
    }
    return 0;
}

}  // namespace widelimit
