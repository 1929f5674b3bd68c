// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/schema.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/suggestion.hpp"

namespace widelimit {
namespace {

using Kind = Value::Kind;
using Parts = std::vector<std::string>;

/// Whether the first parts of a row, wildcards included, stand for `parts`.
bool begins_with(const Parts& row, const Parts& parts)
{
    return row.size() >= parts.size() && std::equal(parts.begin(), parts.end(), row.begin(),
                                                    [](const std::string& part, const std::string& in_row) {
                                                        return in_row == "*" || in_row == part;
                                                    });
}

bool has_default(const Key& key)
{
    return !key.fallback.empty() && key.fallback != "-";
}

/// What was found instead, and how to mend `cells = 1e6`.
std::string described(const Shape& shape, const Value& value, const Value& misfit)
{
    constexpr double exact = 9007199254740992.0;
    if (&misfit != &value) {
        const bool uneven = misfit.is(Kind::list) && shape.admits("matrix");
        return uneven ? "a list of another length" : misfit.description() + " in the list";
    }
    if (!value.is(Kind::number) || std::abs(value.number()) > exact ||
        value.number() != std::floor(value.number())) {
        return value.description();
    }
    return "a number; write " + std::to_string(static_cast<Index>(value.number()));
}

void check_range(const Range& range, const Value& value, const std::string& path)
{
    if (value.is(Kind::list)) {
        for (const Value& item : value.list()) {
            check_range(range, item, path);
        }
    } else if (value.is(Kind::text) && !range.holds(value.text())) {
        const std::string near = nearest(value.text(), range.words());
        refuse(value.place, "key '" + path + "': expected " + range.expected() + ", found '" + value.text() +
                                "'" + (near.empty() ? "" : "; did you mean '" + near + "'?"));
    } else if ((value.is(Kind::integer) || value.is(Kind::number)) && !range.holds(value.number())) {
        refuse(value.place,
               "key '" + path + "': expected " + range.expected() + ", found " + print_literal(value));
    }
}

void check_free(const Range& range, const Value& value, const std::string& path)
{
    if (value.is(Kind::table)) {
        for (const Value::Entry& entry : value.entries()) {
            check_free(range, entry.value, joined(path, entry.key));
        }
    } else if (value.is(Kind::list)) {
        for (const Value& item : value.list()) {
            check_free(range, item, path);
        }
    } else {
        check_range(range, value, path);
    }
}

}  // namespace

void Schema::add(const Key& key)
{
    try {
        insert(key, false);
    } catch (const std::exception& error) {
        throw std::logic_error("schema row '" + key.path + "': " + error.what());
    }
}

void Schema::add_all(const std::vector<Key>& keys)
{
    for (const Key& key : keys) {
        add(key);
    }
}

void Schema::insert(const Key& key, bool implied)
{
    Row row{key, key_parts(key.path), Shape(key.type), Range(key.range), Value(), implied};
    expects(!row.parts.empty(), "a path");
    if (has_default(key)) {
        row.fallback = parse_literal(key.fallback);
        check_value(row, row.fallback, key.path);
    }
    if (!key.example.empty()) {
        Value example = parse_literal(key.example);
        check_value(row, example, key.path);
    }
    const auto same = [&](const Row& other) { return other.parts == row.parts; };
    const auto old = std::find_if(rows_.begin(), rows_.end(), same);
    if (old == rows_.end()) {
        rows_.push_back(row);
    } else if (old->implied) {
        *old = row;
    } else if (!implied) {
        expects(old->key.type == key.type && old->key.fallback == key.fallback && old->key.range == key.range,
                "the type, default and range that an earlier row of this path has");
        if (old->key.meaning.find(key.meaning) == std::string::npos) {
            old->key.meaning += "; " + key.meaning;
        }
    }
    if (const std::string& name = row.shape.name_key(); !name.empty()) {
        insert({joined(key.path, name), "text", "", "", key.meaning, {}}, true);
    }
}

const Schema::Row* Schema::match(const Parts& parts) const
{
    const auto wildcards = [](const Row& row) { return std::count(row.parts.begin(), row.parts.end(), "*"); };
    const Row* best = nullptr;
    for (const Row& row : rows_) {
        if (row.parts.size() == parts.size() && begins_with(row.parts, parts) &&
            (best == nullptr || wildcards(row) < wildcards(*best))) {
            best = &row;
        }
    }
    return best;
}

Parts Schema::children(const Parts& parts) const
{
    Parts names;
    for (const Row& row : rows_) {
        if (row.parts.size() > parts.size() && begins_with(row.parts, parts)) {
            const std::string& name = row.parts[parts.size()];
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    return names;
}

void Schema::check(Value& root) const
{
    Parts parts;
    check_table(root, parts, "");
}

void Schema::check_table(Value& table, Parts& parts, const std::string& path) const
{
    for (Value::Entry& entry : table.entries()) {
        parts.push_back(entry.key);
        check_entry(entry, parts, joined(path, entry.key));
        parts.pop_back();
    }
}

void Schema::check_entry(Value::Entry& entry, Parts& parts, const std::string& path) const
{
    static const Row plain_table{{}, {}, Shape("table"), Range(), Value(), true};
    const Row* row = match(parts);
    if (row == nullptr && children(parts).empty()) {
        refuse_unknown(entry, parts, path);
    }
    check_value(row == nullptr ? plain_table : *row, entry.value, path);
    if (row != nullptr && row->shape.admits("any")) {
        return;
    }
    if (entry.value.is(Kind::table)) {
        check_table(entry.value, parts, path);
    } else if (entry.value.is(Kind::list)) {
        auto& items = entry.value.list();
        for (std::size_t i = 0; i < items.size() && items[i].is(Kind::table); ++i) {
            check_table(items[i], parts, joined(path, std::to_string(i)));
        }
    }
}

void Schema::check_value(const Row& row, Value& value, const std::string& path)
{
    if (row.shape.admits("any")) {
        check_free(row.range, value, path);
        return;
    }
    if (const Value* misfit = row.shape.misfit(value)) {
        refuse(misfit->place, "key '" + path + "': expected " + row.shape.expected() + ", found " +
                                  described(row.shape, value, *misfit));
    }
    row.shape.normalise(value);
    check_range(row.range, value, path);
}

void Schema::refuse_unknown(const Value::Entry& entry, const Parts& parts, const std::string& path) const
{
    const Parts table(parts.begin(), parts.end() - 1);
    const Parts known = children(table);
    std::string hint = suggestion(entry.key, known, table.empty() ? "known sections" : "known keys");
    if (nearest(entry.key, known).empty()) {
        for (const Row& row : rows_) {
            if (row.parts.back() == entry.key && !row.implied) {
                hint += "; there is '" + row.key.path + "'";
                break;
            }
        }
    }
    refuse(entry.place, "unknown key '" + path + "'; " + hint);
}

const Key* Schema::find(const std::string& path) const
{
    const Row* row = match(key_parts(path));
    return row == nullptr ? nullptr : &row->key;
}

const Value* Schema::fallback(const std::string& path) const
{
    const Row* row = match(key_parts(path));
    return row == nullptr || row->fallback.is(Kind::none) ? nullptr : &row->fallback;
}

bool Schema::is_free(const std::string& path) const
{
    Parts parts = key_parts(path);
    for (; !parts.empty(); parts.pop_back()) {
        const Row* row = match(parts);
        if (row != nullptr && row->shape.admits("any")) {
            return true;
        }
    }
    return false;
}

}  // namespace widelimit
