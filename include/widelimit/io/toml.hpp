// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/core/value.hpp"

namespace widelimit {

/// Reads a case file.  Every value knows its place, tables keep the order of the file.  ConfigError
/// "file:line:column: ..." for bad syntax, a key given twice, dates, more than 64 levels or 10 MB; with the
/// system's reason if the file cannot be read.
Value read_toml(const std::string& path);

/// The same for a text; `name` stands for the file in places.
Value parse_toml(const std::string& text, const std::string& name);

/// Stands for the file in places of overrides.
inline constexpr const char* override_name = "--set";

/// Merges `--set key=value` into a case: tables are merged key by key, everything else is replaced.  The
/// value is TOML; what is not TOML and does not start as a list, table or string would is taken as a string,
/// so that `network.activation=tanh` works.  A number addresses an element of a list, from 0:
/// `claim.0.metric=...`. Places are "--set:1:column".
void merge_override(Value& root, const std::string& key_equals_value);

/// The table as a TOML document that reads back as the same value: plain keys first, then [sections]; short
/// tables inside a section stay on one line.
std::string print_toml(const Value& table);

/// The path that a text of the case means: relative to the folder of the file it stands in, or to the working
/// directory if it comes from --set or a default.
std::string resolve_path(const Value& text);

}  // namespace widelimit
