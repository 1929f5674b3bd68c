// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "support/scratch.hpp"
#include "widelimit/io/netcdf.hpp"
#include "widelimit/io/toml.hpp"
#include "widelimit/run/run.hpp"

/// Whole runs in a directory, for tests.
namespace widelimit::test {

inline Case make_case(const std::string& text, const std::vector<std::string>& overrides = {})
{
    Value tree = parse_toml(text, "tiny.toml");
    for (const std::string& override : overrides) {
        merge_override(tree, override);
    }
    return Case(std::move(tree), "tiny");
}

inline RunOptions quietly(const std::filesystem::path& directory)
{
    RunOptions options;
    options.directory = directory.string();
    options.progress = false;
    return options;
}

inline Outcome run(const Case& c, const std::filesystem::path& directory, bool restart = false)
{
    RunOptions options = quietly(directory);
    options.restart = restart;
    return run_case(c, options);
}

/// Every variable of two files has the same bits.
inline void check_same_variables(const std::filesystem::path& a, const std::filesystem::path& b)
{
    const NetcdfReader first(a), second(b);
    BOOST_REQUIRE(first.variables() == second.variables());
    const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
    for (const std::string& name : first.variables()) {
        const Field x = first.read(name), y = second.read(name);
        BOOST_TEST((x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), same)), name);
    }
}

/// Two finished directories hold the same results, bit for bit.
inline void check_same_results(const std::filesystem::path& a, const std::filesystem::path& b)
{
    for (const char* name : {"fields.nc", "particles.nc"}) {
        BOOST_TEST(std::filesystem::exists(a / name) == std::filesystem::exists(b / name), name);
        if (std::filesystem::exists(a / name)) {
            check_same_variables(a / name, b / name);
        }
    }
    BOOST_TEST(contents(a / "series.csv") == contents(b / "series.csv"));
    const Summary first = read_summary(a.string()), second = read_summary(b.string());
    BOOST_TEST(first.status == "done");
    BOOST_TEST(second.status == "done");
    BOOST_TEST((first.metrics == second.metrics));
    BOOST_TEST(first.time_reached == second.time_reached);
}

}  // namespace widelimit::test
