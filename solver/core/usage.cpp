// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/usage.hpp"

#include "widelimit/core/literal.hpp"
#include "widelimit/core/suggestion.hpp"

namespace widelimit {

void Usage::mark(const std::string& path)
{
    std::string prefix;
    for (const std::string& part : key_parts(path)) {
        prefix = joined(prefix, part);
        read_.insert(prefix);
    }
}

void Usage::mark_whole(const std::string& path)
{
    mark(path);
    whole_.insert(path);
}

void Usage::refuse_unread(const Value& root) const
{
    check_table(root, "");
}

void Usage::check_table(const Value& table, const std::string& path) const
{
    for (const Value::Entry& entry : table.entries()) {
        const std::string full = joined(path, entry.key);
        if (!read_.contains(full)) {
            const auto names = read_in(path);
            refuse(entry.place, "key '" + full + "' has no effect here" +
                                    (names.empty() ? "" : "; keys read here are " + enumerated(names)));
        }
        if (!whole_.contains(full)) {
            check_below(entry.value, full);
        }
    }
}

void Usage::check_below(const Value& value, const std::string& path) const
{
    if (value.is(Value::Kind::table)) {
        check_table(value, path);
    } else if (value.is(Value::Kind::list)) {
        for (std::size_t i = 0; i < value.list().size(); ++i) {
            check_below(value.list()[i], joined(path, std::to_string(i)));
        }
    }
}

std::vector<std::string> Usage::read_in(const std::string& table) const
{
    std::vector<std::string> names;
    const auto depth = key_parts(table).size();
    for (const std::string& path : read_) {
        const auto parts = key_parts(path);
        if (parts.size() == depth + 1 && joined(table, parts.back()) == path) {
            names.push_back(parts.back());
        }
    }
    return names;
}

}  // namespace widelimit
