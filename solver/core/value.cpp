// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/value.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "widelimit/core/error.hpp"

namespace widelimit {

std::string Place::text() const
{
    if (line == 0) {
        return file;
    }
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

void refuse(const Place& place, const std::string& message)
{
    const std::string where = place.text();
    throw ConfigError(where.empty() ? message : where + ": " + message);
}

Value::Value() = default;
Value::Value(bool flag) : data_(flag) {}
Value::Value(double number) : data_(number) {}
Value::Value(std::string text) : data_(std::move(text)) {}
Value::Value(const char* text) : data_(std::string(text)) {}
Value::Value(std::vector<Value> list) : data_(std::move(list)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

Value Value::table()
{
    Value empty;
    empty.data_ = std::vector<Entry>();
    return empty;
}

bool Value::flag() const
{
    expects(is(Kind::flag), "a flag");
    return std::get<bool>(data_);
}

Index Value::integer() const
{
    expects(is(Kind::integer), "an integer");
    return std::get<Index>(data_);
}

double Value::number() const
{
    if (is(Kind::integer)) {
        return static_cast<double>(integer());
    }
    expects(is(Kind::number), "a number");
    return std::get<double>(data_);
}

const std::string& Value::text() const
{
    expects(is(Kind::text), "a text");
    return std::get<std::string>(data_);
}

const std::vector<Value>& Value::list() const
{
    expects(is(Kind::list), "a list");
    return std::get<std::vector<Value>>(data_);
}

std::vector<Value>& Value::list()
{
    return const_cast<std::vector<Value>&>(std::as_const(*this).list());
}

const std::vector<Value::Entry>& Value::entries() const
{
    expects(is(Kind::table), "a table");
    return std::get<std::vector<Entry>>(data_);
}

std::vector<Value::Entry>& Value::entries()
{
    return const_cast<std::vector<Entry>&>(std::as_const(*this).entries());
}

const Value* Value::find(const std::string& key) const
{
    if (!is(Kind::table)) {
        return nullptr;
    }
    const auto& all = entries();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.key == key; });
    return found == all.end() ? nullptr : &found->value;
}

Value* Value::find(const std::string& key)
{
    return const_cast<Value*>(std::as_const(*this).find(key));
}

const Value* Value::at(const std::vector<std::string>& path) const
{
    const Value* inner = this;
    for (const std::string& key : path) {
        inner = inner == nullptr ? nullptr : inner->find(key);
    }
    return inner;
}

Value& Value::set(const std::string& key, Value value)
{
    if (Value* old = find(key)) {
        return *old = std::move(value);
    }
    Place where = value.place;
    return entries().emplace_back(Entry{key, std::move(where), std::move(value)}).value;
}

std::string Value::description() const
{
    switch (kind()) {
        case Kind::none:
            return "nothing";
        case Kind::flag:
            return flag() ? "true" : "false";
        case Kind::integer:
            return "an integer";
        case Kind::number:
            return "a number";
        case Kind::text:
            return "a string";
        case Kind::list:
            return "a list";
        case Kind::table:
            return "a table";
    }
    return {};
}

namespace {

bool same_number(double a, double b)
{
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

bool same_table(const Value& a, const Value& b)
{
    return a.entries().size() == b.entries().size() &&
           std::all_of(a.entries().begin(), a.entries().end(), [&](const Value::Entry& entry) {
               const Value* other = b.find(entry.key);
               return other != nullptr && entry.value == *other;
           });
}

}  // namespace

bool operator==(const Value& a, const Value& b)
{
    if (a.kind() != b.kind()) {
        return false;
    }
    switch (a.kind()) {
        case Value::Kind::none:
            return true;
        case Value::Kind::flag:
            return a.flag() == b.flag();
        case Value::Kind::integer:
            return a.integer() == b.integer();
        case Value::Kind::number:
            return same_number(a.number(), b.number());
        case Value::Kind::text:
            return a.text() == b.text();
        case Value::Kind::list:
            return a.list() == b.list();
        case Value::Kind::table:
            return same_table(a, b);
    }
    return false;
}

}  // namespace widelimit
