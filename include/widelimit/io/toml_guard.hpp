// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace widelimit {

/// Nesting of lists, tables and dotted keys that a case may have.
inline constexpr int deepest_nesting = 64;

/// Refuses a text that a TOML parser should not be handed: NUL bytes, brackets nested or keys dotted deeper
/// than `deepest_nesting`, and section headers that do not start with a key.  ConfigError with place.
void refuse_hostile(const std::string& text, const std::string& name);

}  // namespace widelimit
