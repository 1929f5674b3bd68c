// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/schema.hpp"
#include "widelimit/core/suggestion.hpp"

namespace widelimit {

/// Named things of one kind, each registered by its own file.  `Entry` has at least `name` and `meaning`,
/// and `keys`, the rows that it adds to the case file's schema.
template <class Entry>
class Registry {
public:
    explicit Registry(std::string kind) : kind_(std::move(kind)) {}

    bool add(Entry entry)
    {
        expects(entries_.count(entry.name) == 0, "each name is registered once");
        const std::string name = entry.name;
        entries_.emplace(name, std::move(entry));
        return true;
    }

    /// Throws ConfigError listing the known names and the nearest one.
    const Entry& find(const std::string& name) const
    {
        const auto found = entries_.find(name);
        if (found == entries_.end()) {
            throw ConfigError(unknown(name));
        }
        return found->second;
    }

    const std::map<std::string, Entry>& all() const { return entries_; }

    void add_keys(Schema& schema) const
    {
        for (const auto& [name, entry] : entries_) {
            for (const Key& key : entry.keys) {
                schema.add(key);
            }
        }
    }

private:
    std::string unknown(const std::string& name) const
    {
        std::vector<std::string> names;
        for (const auto& [known, entry] : entries_) {
            names.push_back(known);
        }
        return "unknown " + kind_ + " '" + name + "'; " + suggestion(name, names, "known names");
    }

    std::string kind_;
    std::map<std::string, Entry> entries_;
};

}  // namespace widelimit
