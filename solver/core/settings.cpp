// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/settings.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "widelimit/core/error.hpp"
#include "widelimit/core/literal.hpp"
#include "widelimit/core/schema.hpp"
#include "widelimit/core/usage.hpp"

namespace widelimit {
namespace {

using Kind = Value::Kind;

/// Sets the value at a full path, making the tables on the way.
void store(Value& root, const std::string& path, const Value& value)
{
    Value* at = &root;
    for (const std::string& part : key_parts(path)) {
        if (at->is(Kind::list)) {
            at = &at->list().at(std::stoul(part));
            continue;
        }
        if (!at->is(Kind::table)) {
            *at = Value::table();
        }
        Value* const next = at->find(part);
        at = next != nullptr ? next : &at->set(part, Value::table());
    }
    *at = value;
}

/// One number or text reads as a list of one.
std::vector<Value> as_list(const Value& value)
{
    return value.is(Kind::list) ? value.list() : std::vector<Value>{value};
}

}  // namespace

struct Settings::Case {
    Value given;
    std::shared_ptr<const Schema> schema;
    Usage usage;
    std::map<std::string, Value> defaults;
    std::map<std::string, Value> derived;

    const Value* settle(const std::string& path, const std::string& row)
    {
        if (const auto known = defaults.find(path); known != defaults.end()) {
            return &known->second;
        }
        const Value* const fallback = schema->fallback(row);
        return fallback == nullptr ? nullptr : &defaults.emplace(path, *fallback).first->second;
    }
};

Settings::Settings(Value root, const Schema& schema)
    : Settings(std::move(root), std::make_shared<const Schema>(schema))
{}

Settings::Settings(Value root, std::shared_ptr<const Schema> schema)
    : case_(std::make_shared<Case>(Case{std::move(root), std::move(schema), {}, {}, {}}))
{
    expects(case_->given.is(Kind::table), "a case that is a table");
    case_->schema->check(case_->given);
    node_ = {&case_->given, true, {case_->given.place.file, 0, 0}, "", ""};
}

Settings::Settings(std::shared_ptr<Case> whole, Node node) : case_(std::move(whole)), node_(std::move(node))
{}

Settings::Node Settings::child(const Node& parent, const std::string& part) const
{
    Node node{nullptr, false, parent.place, joined(parent.path, part), joined(parent.row, part)};
    if (parent.value != nullptr && !parent.value->is(Kind::table)) {
        refuse(parent.place, "key '" + parent.path + "': expected a table with the key '" + part +
                                 "', found " + parent.value->description());
    }
    node.value = parent.value == nullptr ? nullptr : std::as_const(*parent.value).find(part);
    if (node.value == nullptr) {
        node.value = case_->settle(node.path, node.row);
    } else if (parent.given) {
        node.given = true;
        node.place = node.value->place;
    }
    return node;
}

Settings::Node Settings::find(const std::string& key) const
{
    Node node = node_;
    for (const std::string& part : key_parts(key)) {
        node = child(node, part);
    }
    return node;
}

Settings::Node Settings::read(const std::string& key) const
{
    Node node = find(key);
    if (case_->schema->find(node.row) == nullptr && !case_->schema->is_free(node.row)) {
        throw std::logic_error("no schema row for '" + node.row + "'");
    }
    if (node.value == nullptr) {
        refuse_missing(node);
    }
    case_->usage.mark(node.path);
    return node;
}

Settings::Node Settings::read(const std::string& key, std::initializer_list<Kind> kinds,
                              const char* expected) const
{
    Node node = read(key);
    if (std::find(kinds.begin(), kinds.end(), node.value->kind()) == kinds.end()) {
        refuse(node.place,
               "key '" + node.path + "': expected " + expected + " here, found " + node.value->description());
    }
    return node;
}

void Settings::refuse_missing(const Node& node) const
{
    const Key* const row = case_->schema->find(node.row);
    std::string message = "missing key '" + node.path + "'";
    if (row != nullptr) {
        auto table = key_parts(node.row);
        table.pop_back();
        std::string header;
        for (const std::string& part : table) {
            header = joined(header, part);
        }
        const Key* const section = case_->schema->find(header);
        const bool listed = section != nullptr && Shape(section->type).admits("tables");
        message += ": " + row->meaning + "; for example " + case_->schema->example(node.row);
        message += header.empty() ? "" : listed ? " in [[" + header + "]]" : " in [" + header + "]";
    }
    refuse(node.place, message);
}

bool Settings::has(const std::string& key) const
{
    return node_.given && node_.value != nullptr && node_.value->at(key_parts(key)) != nullptr;
}

double Settings::number(const std::string& key) const
{
    return read(key, {Kind::integer, Kind::number}, "a number").value->number();
}

Index Settings::integer(const std::string& key) const
{
    return read(key, {Kind::integer}, "an integer").value->integer();
}

bool Settings::flag(const std::string& key) const
{
    return read(key, {Kind::flag}, "true or false").value->flag();
}

std::string Settings::text(const std::string& key) const
{
    return read(key, {Kind::text}, "a string").value->text();
}

std::vector<double> Settings::numbers(const std::string& key) const
{
    const Node node = read(key, {Kind::integer, Kind::number, Kind::list}, "a list of numbers");
    std::vector<double> all;
    for (const Value& item : as_list(*node.value)) {
        if (!item.is(Kind::integer) && !item.is(Kind::number)) {
            refuse(node.given ? item.place : node.place,
                   "key '" + node.path + "': expected a list of numbers here");
        }
        all.push_back(item.number());
    }
    return all;
}

std::vector<std::string> Settings::texts(const std::string& key) const
{
    const Node node = read(key, {Kind::text, Kind::list}, "a list of strings");
    std::vector<std::string> all;
    for (const Value& item : as_list(*node.value)) {
        if (!item.is(Kind::text)) {
            refuse(node.given ? item.place : node.place,
                   "key '" + node.path + "': expected a list of strings here");
        }
        all.push_back(item.text());
    }
    return all;
}

Matrix Settings::matrix(const std::string& key) const
{
    const Node node = read(key, {Kind::list}, "a list of lists of numbers");
    if (Shape("matrix").misfit(*node.value) != nullptr) {
        refuse(node.place, "key '" + node.path + "': expected a list of equally long lists of numbers here");
    }
    const auto& rows = node.value->list();
    Matrix all(static_cast<Index>(rows.size()), rows.empty() ? 0 : static_cast<Index>(rows[0].list().size()));
    for (Index i = 0; i < all.rows(); ++i) {
        for (Index j = 0; j < all.cols(); ++j) {
            all(i, j) = rows[static_cast<std::size_t>(i)].list()[static_cast<std::size_t>(j)].number();
        }
    }
    return all;
}

Settings Settings::table(const std::string& key) const
{
    const Node node = find(key);
    const Key* const row = case_->schema->find(node.row);
    if (node.value == nullptr && row != nullptr && row->fallback.empty()) {
        refuse_missing(node);
    }
    if (node.value != nullptr && !node.value->is(Kind::table)) {
        refuse(node.place,
               "key '" + node.path + "': expected a table here, found " + node.value->description());
    }
    case_->usage.mark(node.path);
    return Settings(case_, node);
}

std::vector<Settings> Settings::tables(const std::string& key) const
{
    const Node node = find(key);
    const Key* const row = case_->schema->find(node.row);
    if (node.value == nullptr && row != nullptr && row->fallback == "-") {
        return {};
    }
    read(key, {Kind::list, Kind::table}, "a list of tables");
    if (node.value->is(Kind::table)) {
        return {Settings(case_, node)};
    }
    std::vector<Settings> all;
    for (const Value& item : node.value->list()) {
        if (!item.is(Kind::table)) {
            refuse(node.given ? item.place : node.place,
                   "key '" + node.path + "': expected a list of tables here");
        }
        const std::string path = joined(node.path, std::to_string(all.size()));
        all.push_back(
            Settings(case_, {&item, node.given, node.given ? item.place : node.place, path, node.row}));
    }
    return all;
}

const Value& Settings::value(const std::string& key) const
{
    const Node node = read(key);
    case_->usage.mark_whole(node.path);
    return *node.value;
}

std::vector<std::string> Settings::keys() const
{
    std::vector<std::string> all;
    if (node_.given) {
        for (const Value::Entry& entry : node_.value->entries()) {
            all.push_back(quoted_key(entry.key));
        }
    }
    return all;
}

std::string Settings::path(const std::string& key) const
{
    return node_.path.empty() || key.empty() ? node_.path + key : node_.path + "." + key;
}

Place Settings::place(const std::string& key) const
{
    return find(key).place;
}

void Settings::fail(const std::string& key, const std::string& message) const
{
    const std::string full = path(key);
    refuse(place(key), full.empty() ? message : "key '" + full + "': " + message);
}

void Settings::record(const std::string& key, Value derived) const
{
    case_->derived.insert_or_assign(path(key), std::move(derived));
}

Value Settings::resolved() const
{
    Value whole = case_->given;
    for (const auto* added : {&case_->defaults, &case_->derived}) {
        for (const auto& [path, value] : *added) {
            store(whole, path, value);
        }
    }
    return whole;
}

const Schema& Settings::schema() const
{
    return *case_->schema;
}

void refuse_unused(const Settings& root)
{
    root.case_->usage.refuse_unread(root.case_->given);
}

}  // namespace widelimit
