// SPDX-License-Identifier: BSD-3-Clause
// Every line as a --set on a good case, which is then read.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "fuzz/readable.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/case.hpp"

namespace {

using namespace widelimit;

const char* const good = R"(
[data]
rows = [[-1.0, 0.5], [0.0, -1.0], [1.0, 0.3]]
[grid.axes]
angle = { cells = 16 }
[time]
end = 2.0
[particles]
widths = [10, 30]
end = 1.0
[output]
series = { per_decade = 20, of = ["grid_gap"] }
[[claim]]
metric = "objective"
monotone = "decreasing"
)";

void read(const std::string& overrides)
{
    static const Value base = parse_toml(good, "good.toml");
    Value tree = base;
    std::istringstream lines(overrides);
    for (std::string line; std::getline(lines, line);) {
        merge_override(tree, line);
    }
    if (is_readable(tree)) {
        Case(std::move(tree), "fuzzed");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        read({reinterpret_cast<const char*>(data), size});
    } catch (const ConfigError&) {}
    return 0;
}
