// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/toml.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <utility>

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/io/file.hpp"
#include "widelimit/io/toml_guard.hpp"

static_assert(TOML_HEADER_ONLY == 0, "toml++ must be the shared library: header-only it aborts on '[~a'");

namespace widelimit {
namespace {

Place place_of(const toml::source_region& source, const std::string& name)
{
    return {name, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

Value converted(const toml::node& node, const std::string& name, int depth);

Value converted_table(const toml::table& table, const std::string& name, int depth)
{
    Value whole = Value::table();
    for (const auto& [key, node] : table) {
        whole.entries().push_back(
            {std::string(key.str()), place_of(key.source(), name), converted(node, name, depth + 1)});
    }
    // toml++ sorts keys by name; people want them as they wrote them.
    std::sort(whole.entries().begin(), whole.entries().end(), [](const auto& a, const auto& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    return whole;
}

Value converted_list(const toml::array& array, const std::string& name, int depth)
{
    std::vector<Value> list;
    for (const toml::node& item : array) {
        list.push_back(converted(item, name, depth + 1));
    }
    return list;
}

Value converted_content(const toml::node& node, const std::string& name, int depth)
{
    switch (node.type()) {
        case toml::node_type::table:
            return converted_table(*node.as_table(), name, depth);
        case toml::node_type::array:
            return converted_list(*node.as_array(), name, depth);
        case toml::node_type::string:
            return node.as_string()->get();
        case toml::node_type::integer:
            return node.as_integer()->get();
        case toml::node_type::floating_point:
            return node.as_floating_point()->get();
        case toml::node_type::boolean:
            return node.as_boolean()->get();
        default:
            refuse(place_of(node.source(), name),
                   "dates and times mean nothing here; for a string, write it in quotes");
    }
}

Value converted(const toml::node& node, const std::string& name, int depth)
{
    const Place place = place_of(node.source(), name);
    if (depth > deepest_nesting) {
        refuse(place, "nested deeper than " + std::to_string(deepest_nesting) + " levels");
    }
    Value value = converted_content(node, name, depth);
    value.place = place;
    return value;
}

std::size_t list_index(const Value& list, const Value::Entry& entry)
{
    const auto size = list.list().size();
    std::size_t index = 0;
    const char* const end = entry.key.data() + entry.key.size();
    const auto [stop, error] = std::from_chars(entry.key.data(), end, index);
    if (stop != end || error != std::errc() || index >= size) {
        const std::string range =
            size == 0 ? "an empty list" : "a list, numbered 0 to " + std::to_string(size - 1);
        refuse(entry.place, "'" + entry.key + "' is not an element of " + range);
    }
    return index;
}

/// Whether the keys of a table could be numbers of list elements.
bool addresses_elements(const Value& table)
{
    const auto& all = table.entries();
    return !all.empty() && std::all_of(all.begin(), all.end(), [](const Value::Entry& entry) {
        return entry.key.find_first_not_of("0123456789") == std::string::npos;
    });
}

void merge(Value& target, Value&& change)
{
    if (!change.is(Value::Kind::table)) {
        target = std::move(change);
    } else if (target.is(Value::Kind::list) && addresses_elements(change)) {
        for (Value::Entry& entry : change.entries()) {
            merge(target.list()[list_index(target, entry)], std::move(entry.value));
        }
    } else if (!target.is(Value::Kind::table)) {
        target = std::move(change);
    } else {
        for (Value::Entry& entry : change.entries()) {
            if (Value* old = target.find(entry.key)) {
                merge(*old, std::move(entry.value));
            } else {
                target.entries().push_back(std::move(entry));
            }
        }
    }
}

/// Where the first '=' outside quotes stands.
std::size_t equals_sign(const std::string& text)
{
    char quote = '\0';
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote == '\0' && c == '=') {
            return i;
        }
        if (quote == '\0' && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == quote) {
            quote = '\0';
        }
    }
    return std::string::npos;
}

Value parse_override(const std::string& text)
{
    const auto equals = equals_sign(text);
    const auto at = [](std::size_t index) { return Place{override_name, 1, static_cast<int>(index) + 1}; };
    if (const auto end = text.find_first_of("\r\n"); end != std::string::npos) {
        refuse(at(end), "expected one line");
    }
    if (equals == std::string::npos) {
        refuse(at(text.size()), "expected key=value, found '" + text + "'");
    }
    const auto start = text.find_first_not_of(" \t", equals + 1);
    if (start == std::string::npos) {
        refuse(at(equals + 1), "expected a value after '='; an empty string is \"\"");
    }
    const auto key = text.find_first_not_of(" \t");
    if (std::string_view("=[#").find(text[key]) != std::string_view::npos) {
        refuse(at(key), "expected a key before '='");
    }
    const bool plain = std::string_view("[{\"'").find(text[start]) == std::string_view::npos;
    try {
        return parse_toml(text, override_name);
    } catch (const ConfigError&) {
        if (!plain) {
            throw;
        }
    }
    return parse_toml(text.substr(0, start) + quoted(text.substr(start)), override_name);
}

}  // namespace

Value parse_toml(const std::string& text, const std::string& name)
{
    refuse_hostile(text, name);
    try {
        const toml::table table = toml::parse(std::string_view(text), std::string_view(name));
        return converted(table, name, 0);
    } catch (const toml::parse_error& error) {
        refuse(place_of(error.source(), name), std::string(error.description()));
    }
}

Value read_toml(const std::string& path)
{
    constexpr std::size_t limit = 10'000'000;
    return parse_toml(file_text(path, limit), path);
}

void merge_override(Value& root, const std::string& key_equals_value)
{
    merge(root, parse_override(key_equals_value));
}

std::string resolve_path(const Value& text)
{
    if (text.text().empty()) {
        refuse(text.place, "expected a path, found an empty string");
    }
    // "--set" and the empty name of a default have no folder: their paths stay relative to where we are.
    const auto folder = std::filesystem::path(text.place.file).parent_path();
    return (folder / text.text()).lexically_normal().string();
}

}  // namespace widelimit
