// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "widelimit/core/literal.hpp"
#include "widelimit/core/schema.hpp"

namespace widelimit {
namespace {

std::string parent(const std::vector<std::string>& parts)
{
    std::string path;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        path = joined(path, parts[i]);
    }
    return path;
}

std::string in_cell(std::string text)
{
    for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
        text.insert(at, "\\");
    }
    return text;
}

std::string default_cell(const Key& key)
{
    if (key.fallback.empty()) {
        return "required";
    }
    return key.fallback == "-" ? "none" : "`" + in_cell(key.fallback) + "`";
}

std::string literal_example(const Shape& shape, const Range& range)
{
    if (shape.admits("integer")) {
        return print_literal(static_cast<Index>(range.example(true)));
    }
    if (shape.admits("number")) {
        return print_literal(range.example(false));
    }
    if (shape.admits("text") || shape.admits("named")) {
        return quoted(range.words().empty() ? "..." : range.words().front());
    }
    if (shape.admits("flag")) {
        return "true";
    }
    if (shape.admits("texts")) {
        return "[" + quoted(range.words().empty() ? "..." : range.words().front()) + "]";
    }
    if (shape.admits("numbers") || shape.admits("matrix")) {
        const std::string number = print_number(range.example(false));
        return shape.admits("numbers") ? "[" + number + "]" : "[[" + number + "]]";
    }
    return shape.admits("tables") ? "[{ ... }]" : "{ ... }";
}

}  // namespace

std::string Schema::explain(const std::string& path) const
{
    const Row* row = match(key_parts(path));
    if (row == nullptr) {
        return path;
    }
    const Key& key = row->key;
    std::string facts = row->shape.documented() + (key.range.empty() ? "" : ", " + key.range);
    facts += key.fallback.empty() ? ", required" : key.fallback == "-" ? "" : ", default " + key.fallback;
    return path + ": " + key.meaning + " (" + facts + ")";
}

std::string Schema::example(const std::string& path) const
{
    const Row* row = match(key_parts(path));
    if (row == nullptr) {
        return {};
    }
    const std::string& given = row->key.example;
    return quoted_key(key_parts(path).back()) + " = " +
           (given.empty() ? literal_example(row->shape, row->range) : given);
}

std::string Schema::markdown() const
{
    std::vector<std::string> sections;
    for (const Row& row : rows_) {
        if (std::find(sections.begin(), sections.end(), row.parts.front()) == sections.end()) {
            sections.push_back(row.parts.front());
        }
    }
    std::string text;
    for (const std::string& section : sections) {
        text += section_text(section);
    }
    return text;
}

std::string Schema::section_text(const std::string& section) const
{
    std::vector<const Row*> rows;
    std::vector<std::string> tables;
    std::string title = "`[" + section + "]`", meaning;
    for (const Row& row : rows_) {
        if (row.parts.front() != section || row.implied) {
            continue;
        }
        if (row.parts.size() == 1) {
            title = row.shape.admits("tables") ? "`[[" + section + "]]`" : title;
            meaning = row.key.meaning + "\n\n";
            continue;
        }
        rows.push_back(&row);
        if (std::find(tables.begin(), tables.end(), parent(row.parts)) == tables.end()) {
            tables.push_back(parent(row.parts));
        }
    }
    const auto rank = [&](const Row* row) {
        return std::find(tables.begin(), tables.end(), parent(row->parts)) - tables.begin();
    };
    std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    std::string text = "## " + title + "\n\n" + meaning;
    if (rows.empty()) {
        return text;
    }
    text += "| key | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n";
    for (const Row* row : rows) {
        text += "| `" + row->key.path + "` | " + row->shape.documented() + " | " + default_cell(row->key) +
                " | " + in_cell(row->key.range) + " | " + in_cell(row->key.meaning) + " |\n";
    }
    return text + "\n";
}

}  // namespace widelimit
