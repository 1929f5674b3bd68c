// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"

namespace widelimit {

/// The entry called `name`, which the case gave as `key` of `table`; ConfigError with that place and the
/// known names if there is none.
template <class Entry>
const Entry& chosen(const Registry<Entry>& registry, const std::string& name, const Settings& table,
                    const std::string& key)
{
    if (!registry.all().contains(name)) {
        try {
            registry.find(name);
        } catch (const ConfigError& error) {
            table.fail(key, error.what());
        }
    }
    return registry.find(name);
}

/// The entry that `key` of `table` names.
template <class Entry>
const Entry& chosen(const Registry<Entry>& registry, const Settings& table, const std::string& key)
{
    return chosen(registry, table.text(key), table, key);
}

}  // namespace widelimit
