// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <string>

#include "widelimit/core/value.hpp"

namespace widelimit {

/// Texts may be paths: they must stay in the working directory, which is the corpus.
inline bool stays_here(const std::string& text)
{
    return !text.starts_with('/') && text.find("..") == std::string::npos;
}

/// Whether a fuzzed tree may be read: no path leads elsewhere, and nothing is asked for that is valid but
/// slow (more than 1e5 cells, a study of more than 20 levels).
inline bool is_readable(const Value& value, const std::string& key = "")
{
    switch (value.kind()) {
        case Value::Kind::text:
            return stays_here(value.text());
        case Value::Kind::integer:
            return key != "cells" || value.integer() <= 100'000;
        case Value::Kind::list:
            return (key != "over" || value.list().size() <= 20) &&
                   std::all_of(value.list().begin(), value.list().end(),
                               [&](const Value& item) { return is_readable(item, key); });
        case Value::Kind::table:
            return std::all_of(value.entries().begin(), value.entries().end(),
                               [](const Value::Entry& entry) { return is_readable(entry.value, entry.key); });
        default:
            return true;
    }
}

}  // namespace widelimit
