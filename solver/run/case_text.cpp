// SPDX-License-Identifier: BSD-3-Clause
// What a case says of itself: everything that was derived, and what must not change over a restart.
#include <algorithm>

#include "widelimit/core/checksum.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/case.hpp"

namespace widelimit {

std::string stem_of(const std::string& path)
{
    const std::size_t slash = path.find_last_of('/');
    const std::string file = slash == std::string::npos ? path : path.substr(slash + 1);
    const std::size_t dot = file.find_last_of('.');
    return dot == std::string::npos || dot == 0 ? file : file.substr(0, dot);
}

std::string Case::derived() const
{
    std::string text = "# " + (title.empty() ? name : title) + "\n";
    if (descent) {
        return text;
    }
    text += "# derived: coordinates";
    for (const Coordinate& coordinate : problem.coordinates) {
        text += " " + coordinate.name;
    }
    text += problem.amplitude == Amplitude::signs ? "; two signs" : "";
    const char* laws_of_growth[] = {"none", "proportional", "mean-preserving", "linear"};
    text += "; growth " + std::string(laws_of_growth[static_cast<int>(problem.growth.kind)]);
    if (problem.growth.kind != Growth::Kind::none) {
        text += " " + std::to_string(problem.growth.kappa).substr(0, 4);
    }
    text += problem.frozen ? "; no transport" : "";
    text += problem.features ? "; " + std::to_string(problem.features->size()) + " predictions" : "";
    if (grid) {
        const Grid cells = grid->make();
        text += "; " + std::to_string(cells.cells()) + " cells and " + std::to_string(cells.points()) +
                " point cells a channel";
    }
    return text + "\n";
}

std::string Case::resolved() const
{
    return derived() + "\n" + print_toml(resolved_);
}

namespace {

Value sorted(const Value& value)
{
    Value out = value;
    if (out.is(Value::Kind::table)) {
        auto& entries = out.entries();
        std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
        for (Value::Entry& entry : entries) {
            entry.value = sorted(entry.value);
        }
    } else if (out.is(Value::Kind::list)) {
        std::transform(out.list().begin(), out.list().end(), out.list().begin(), sorted);
    }
    return out;
}

void drop(Value& table, const std::string& key)
{
    auto& entries = table.entries();
    entries.erase(
        std::remove_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.key == key; }),
        entries.end());
}

/// Of inputs and targets, to see that a file has been edited.
std::string digest(const Data& data)
{
    const auto bytes = [](const auto& numbers) {
        const auto size = static_cast<std::size_t>(numbers.size()) * sizeof(double);
        return std::string(reinterpret_cast<const char*>(numbers.data()), size);
    };
    return checksum(bytes(data.inputs) + bytes(data.targets));
}

}  // namespace

std::string Case::canonical() const
{
    return print_toml(sorted(resolved_));
}

std::string Case::fingerprint() const
{
    Value kept = sorted(resolved_);
    for (const char* section : {"output", "claim", "figure", "case"}) {
        drop(kept, section);
    }
    if (Value* times = kept.find("time")) {
        drop(*times, "end");
    }
    if (Value* section = kept.find("data"); section != nullptr && data && !data->file.empty()) {
        drop(*section, "file");
        section->set("contents", digest(*data));
    }
    return print_toml(kept);
}

}  // namespace widelimit
