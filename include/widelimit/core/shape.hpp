// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/value.hpp"

namespace widelimit {

/// What kind of value a key takes: alternatives joined by "|" out of
///     number, integer, flag, text, numbers, texts, matrix (equally long lists of numbers), table,
///     tables (a list of tables), any, and named:k (a table, or a text s that stands for { k = s }).
/// An unknown word throws std::logic_error.
class Shape {
public:
    explicit Shape(const std::string& text);

    /// The node that does not fit (the value itself or one inside a list), null if all fits.
    const Value* misfit(const Value& value) const;
    /// Writes a text as the table it stands for, if this shape says so.
    void normalise(Value& value) const;

    bool admits(const std::string& alternative) const;
    /// The k of named:k, or "".
    const std::string& name_key() const { return name_key_; }
    /// "a number or a table", for messages.
    std::string expected() const;
    /// "number or text or table with `name`", for the documentation.
    std::string documented() const;

private:
    std::vector<std::string> alternatives_;
    std::string name_key_;
};

}  // namespace widelimit
