// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/core/schema.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/problem/internal.hpp"

namespace widelimit::test {

/// The internal energy of "{ name = ..., ... }".
inline std::unique_ptr<Internal> internal_of(const std::string& toml)
{
    Schema schema;
    schema.add_all(internal_keys());
    internals().add_keys(schema);
    return make_internal(
        Settings(parse_toml("problem.internal = " + toml, "case.toml"), schema).table("problem.internal"));
}

}  // namespace widelimit::test
