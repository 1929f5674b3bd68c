// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/value.hpp"

namespace widelimit {

class Schema;

/// A strict view of one table of a case: cheap to copy, all views of a case share one tree.  Keys are
/// relative to the table and may be dotted ("initial.law").  Every read marks the key as used.  A key that
/// the user did not give has its default from the schema; without one the read throws ConfigError that names
/// the missing key, its meaning and an example.  A key without a schema row throws std::logic_error.
class Settings {
public:
    /// Checks `root` against `schema` (ConfigError) and views the whole of it.
    Settings(Value root, const Schema& schema);
    Settings(Value root, std::shared_ptr<const Schema> schema);

    /// Whether the user gave the key (a default does not count; asking does not mark it as used).
    bool has(const std::string& key) const;

    double number(const std::string& key) const;
    Index integer(const std::string& key) const;
    bool flag(const std::string& key) const;
    std::string text(const std::string& key) const;
    /// Lists; a single number or text counts as a list of one where the schema lets it through.
    std::vector<double> numbers(const std::string& key) const;
    std::vector<std::string> texts(const std::string& key) const;
    /// A list of equally long lists, one row each.
    Matrix matrix(const std::string& key) const;
    /// A table that was not given reads as one whose keys have their defaults, unless its row says required.
    Settings table(const std::string& key) const;
    /// The elements of a list of tables; none if it was not given and is not required.  A single table counts
    /// as a list of one where the schema lets it through.
    std::vector<Settings> tables(const std::string& key) const;
    /// The value as it is; everything below it counts as used.
    const Value& value(const std::string& key) const;

    /// The keys the user gave in this table, in the order of the file, quoted where they need to be.
    std::vector<std::string> keys() const;
    /// The full dotted key, list indices included: what --set takes.  The key "" is this table.
    std::string path(const std::string& key = "") const;
    /// Where the value stands; where the table around it stands if it was not given.
    Place place(const std::string& key = "") const;
    /// Throws ConfigError "file:line:column: key 'grid.cells': message".
    [[noreturn]] void fail(const std::string& key, const std::string& message) const;

    /// Notes a value the program derived, so that resolved() shows it; reads are not affected.
    void record(const std::string& key, Value derived) const;
    /// The whole case as it was read: what the user gave, the defaults that were used, what was derived.
    Value resolved() const;

    const Schema& schema() const;

private:
    struct Case;
    struct Node {
        const Value* value = nullptr;
        bool given = false;
        Place place;
        std::string path;
        std::string row;
    };
    Settings(std::shared_ptr<Case> whole, Node node);

    Node child(const Node& parent, const std::string& part) const;
    Node find(const std::string& key) const;
    Node read(const std::string& key) const;
    Node read(const std::string& key, std::initializer_list<Value::Kind> kinds, const char* expected) const;
    [[noreturn]] void refuse_missing(const Node& node) const;

    friend void refuse_unused(const Settings& root);

    std::shared_ptr<Case> case_;
    Node node_;
};

/// To be called when all of a case was read: throws ConfigError for the first key that the user gave and
/// nothing read, "file:line:column: key 'problem.initial.mode' has no effect here", with the keys that were
/// read in the same table.
void refuse_unused(const Settings& root);

}  // namespace widelimit
