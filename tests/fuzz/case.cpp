// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a case file: refused with ConfigError, or read; what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "fuzz/readable.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/case.hpp"

namespace {

std::string resolved(const std::string& text)
{
    using namespace widelimit;
    try {
        Value tree = parse_toml(text, "case.toml");
        return is_readable(tree) ? Case(std::move(tree), "fuzzed").resolved() : "";
    } catch (const ConfigError&) {
        return "";
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text = resolved({reinterpret_cast<const char*>(data), size});
    widelimit::parse_toml(text, "resolved.toml");
    return 0;
}
