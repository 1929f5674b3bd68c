// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
namespace {

using Kind = Value::Kind;

constexpr std::size_t longest_line = 100;

bool is_list_of_tables(const Value& value)
{
    return value.is(Kind::list) && !value.list().empty() &&
           std::all_of(value.list().begin(), value.list().end(),
                       [](const Value& item) { return item.is(Kind::table); });
}

/// Whether a key gets its own [section]: all tables of the document, longer ones below.
bool is_section(const Value::Entry& entry, bool at_top)
{
    if (!entry.value.is(Kind::table) && !is_list_of_tables(entry.value)) {
        return false;
    }
    return at_top || quoted_key(entry.key).size() + print_literal(entry.value).size() > longest_line;
}

std::string plain_line(const Value::Entry& entry)
{
    const std::string key = quoted_key(entry.key) + " = ";
    const std::string line = print_literal(entry.value);
    if (!entry.value.is(Kind::list) || key.size() + line.size() <= longest_line) {
        return key + line + "\n";
    }
    std::string text = key + "[\n";
    for (const Value& item : entry.value.list()) {
        text += "    " + print_literal(item) + ",\n";
    }
    return text + "]\n";
}

/// The plain keys of a table, after `header`, and then its sections.
std::string body(const Value& table, const std::string& path, const std::string& header)
{
    std::string lines, sections;
    for (const Value::Entry& entry : table.entries()) {
        const std::string full = joined(path, entry.key);
        if (!is_section(entry, path.empty())) {
            lines += plain_line(entry);
        } else if (entry.value.is(Kind::table)) {
            sections += body(entry.value, full, "[" + full + "]\n");
        } else {
            for (const Value& item : entry.value.list()) {
                sections += body(item, full, "[[" + full + "]]\n");
            }
        }
    }
    // A header that only leads to other headers says nothing, unless it starts an element of a list.
    const bool needed = !lines.empty() || sections.empty() || header.starts_with("[[");
    const std::string gap = sections.empty() || lines.empty() ? "" : "\n";
    return (needed ? header : "") + lines + (header.empty() ? gap : needed ? "\n" : "") + sections;
}

}  // namespace

std::string print_toml(const Value& table)
{
    expects(table.is(Kind::table), "a table");
    std::string text = body(table, "", "");
    while (text.ends_with("\n\n")) {
        text.pop_back();
    }
    return text;
}

}  // namespace widelimit
