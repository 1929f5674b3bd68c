// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/schema.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/problem/kernel.hpp"

namespace widelimit::test {

inline Settings kernel_settings(const std::string& toml)
{
    Schema schema;
    schema.add_all(kernel_keys());
    kernels().add_keys(schema);
    return Settings(parse_toml("problem.kernel = " + toml, "case.toml"), schema).table("problem.kernel");
}

/// The kernel of "{ name = ..., ... }" or of a name in quotes.
inline std::unique_ptr<Kernel> kernel_of(const std::string& toml, const std::vector<Coordinate>& on)
{
    return make_kernel(kernel_settings(toml), on);
}

}  // namespace widelimit::test
