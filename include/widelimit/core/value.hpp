// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <string>
#include <variant>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// Where something stands in a file; lines and columns count from 1, 0 means unknown.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;

    /// "file:line:column", or as much of it as is known; "--set:1:6" for an override.
    std::string text() const;
};

/// Throws ConfigError "file:line:column: message".
[[noreturn]] void refuse(const Place& place, const std::string& message);

/// A node of a settings tree and where it stands.  Tables keep the order in which their keys were set.
/// Asking for a kind that the node is not throws std::logic_error.
class Value {
public:
    enum class Kind { none, flag, integer, number, text, list, table };
    struct Entry;

    Value();
    Value(bool flag);
    Value(double number);
    Value(std::string text);
    Value(const char* text);
    Value(std::vector<Value> list);
    template <std::integral Integer>
    Value(Integer integer);
    static Value table();

    Value(const Value&);
    Value(Value&&) noexcept;
    Value& operator=(const Value&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    Kind kind() const { return static_cast<Kind>(data_.index()); }
    bool is(Kind kind) const { return this->kind() == kind; }

    bool flag() const;
    Index integer() const;
    /// An integer counts as a number.
    double number() const;
    const std::string& text() const;
    const std::vector<Value>& list() const;
    std::vector<Value>& list();
    const std::vector<Entry>& entries() const;
    std::vector<Entry>& entries();

    /// The value of `key` in this table, null if there is none (or if this is not a table).
    const Value* find(const std::string& key) const;
    Value* find(const std::string& key);

    /// The value at the end of a path of keys through tables; null if there is none.
    const Value* at(const std::vector<std::string>& path) const;
    /// Replaces the value of `key`, or appends the key; returns the stored value.
    Value& set(const std::string& key, Value value);

    /// "a string", "an integer", "true", ...: what a message says was found.
    std::string description() const;

    Place place;

private:
    std::variant<std::monostate, bool, Index, double, std::string, std::vector<Value>, std::vector<Entry>>
        data_;
};

/// A key of a table, where the key itself stands, and its value.
struct Value::Entry {
    std::string key;
    Place place;
    Value value;
};

template <std::integral Integer>
Value::Value(Integer integer) : data_(static_cast<Index>(integer))
{}

/// Same kinds and contents; the order of keys and the places do not matter, NaN equals NaN, -0.0 is not 0.0.
bool operator==(const Value& a, const Value& b);

}  // namespace widelimit
