// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>
#include <vector>

#include "widelimit/core/value.hpp"

namespace widelimit {

/// Which keys of a case were read, by full dotted path with list indices.
class Usage {
public:
    /// Notes a read of `path`, which goes through all tables around it.
    void mark(const std::string& path);
    /// Notes a read of everything below `path` as well.
    void mark_whole(const std::string& path);

    /// Throws ConfigError for the first key of `root` that nothing read: "key 'initial.mode' has no effect
    /// here; keys read here are law".
    void refuse_unread(const Value& root) const;

private:
    void check_table(const Value& table, const std::string& path) const;
    void check_below(const Value& value, const std::string& path) const;
    std::vector<std::string> read_in(const std::string& table) const;

    std::set<std::string> read_;
    std::set<std::string> whole_;
};

}  // namespace widelimit
