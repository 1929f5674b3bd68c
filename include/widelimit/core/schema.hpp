// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/range.hpp"
#include "widelimit/core/shape.hpp"
#include "widelimit/core/value.hpp"

namespace widelimit {

/// One row of the schema.
struct Key {
    /// "grid.axes.*.cells": `*` stands for any one part; elements of a list of tables carry no index.
    std::string path;
    /// What kind of value, see Shape.
    std::string type;
    /// The default as a TOML literal; "" if the key is required; "-" if it may be missing and has none.
    std::string fallback;
    /// Which values, see Range; applies to every element of a list.
    std::string range;
    /// One sentence with units.
    std::string meaning;
    /// A value as a TOML literal, shown to whom forgets the key; made up from the range if empty.
    std::string example = {};
};

/// The keys a case may contain.  One table from which checking, defaults, suggestions and the generated
/// documentation come; every part of the program and every drop-in adds its own rows.
class Schema {
public:
    /// A path may be added again with the same type, default and range (several laws share a key): the
    /// meanings are joined.  Malformed or contradicting rows throw std::logic_error.
    void add(const Key& key);
    void add_all(const std::vector<Key>& keys);

    /// Writes texts of type named:k as tables, then refuses the first unknown key, wrong kind or value out
    /// of range with ConfigError.  Whether required keys are there shows when they are read.
    void check(Value& root) const;

    /// The row for a path without indices, the one with fewest wildcards; null if there is none.
    const Key* find(const std::string& path) const;
    /// Its default, normalised; null if it has none.
    const Value* fallback(const std::string& path) const;
    /// Whether the path lies in a table of type `any`, whose keys are free.
    bool is_free(const std::string& path) const;

    /// "grid.cells: number of cells (integer, > 0, default 100)".
    std::string explain(const std::string& path) const;
    /// "cells = 100": a line a user may write.
    std::string example(const std::string& path) const;
    /// The case reference: one table per section with key, type, default, allowed values and meaning.
    std::string markdown() const;

private:
    using Parts = std::vector<std::string>;
    struct Row {
        Key key;
        Parts parts;
        Shape shape;
        Range range;
        Value fallback;
        bool implied;
    };

    void insert(const Key& key, bool implied);
    const Row* match(const Parts& parts) const;
    Parts children(const Parts& parts) const;
    void check_table(Value& table, Parts& parts, const std::string& path) const;
    void check_entry(Value::Entry& entry, Parts& parts, const std::string& path) const;
    void refuse_unknown(const Value::Entry& entry, const Parts& parts, const std::string& path) const;
    std::string section_text(const std::string& section) const;
    static void check_value(const Row& row, Value& value, const std::string& path);

    std::vector<Row> rows_;
};

}  // namespace widelimit
