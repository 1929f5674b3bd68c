// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/value.hpp"

namespace widelimit {

// Values and dotted keys as TOML writes them in one line, for schema rows and messages.  Case files are read
// by io/toml.hpp.

/// Reads flags, integers, numbers, strings, lists and inline tables of plain or quoted keys; anything else
/// throws std::logic_error, because literals come from the program's own tables.
Value parse_literal(const std::string& text);

/// The inverse of parse_literal: `{ name = "ramp", knots = [[0.5, -2.5], [1.5, 7.5]] }`.
std::string print_literal(const Value& value);

/// The shortest decimal form that reads back as the same double, and as a float: "1.0", "1e-10", "-inf".
std::string print_number(double number);

/// A TOML string in double quotes, control characters escaped.
std::string quoted(const std::string& text);

/// A key as it is written: bare if it can be, else in double quotes.
std::string quoted_key(const std::string& key);

/// The parts of a dotted key: `a."b.c"` has the parts "a" and "b.c"; the empty key has none.
std::vector<std::string> key_parts(const std::string& dotted);

/// `path` and one more part (quoted if need be) as a dotted key.
std::string joined(const std::string& path, const std::string& part);

}  // namespace widelimit
