// SPDX-License-Identifier: BSD-3-Clause
// Functions of time, and the registry in which things are found by name.
#include "widelimit/core/schedule.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "support/refusal.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/io/toml.hpp"

namespace widelimit {
BOOST_AUTO_TEST_SUITE(schedule_and_registry)

namespace {

Schedule schedule(const std::string& toml)
{
    Schema schema;
    schema.add_all(Schedule::keys("time.speed", "speed"));
    return Schedule::read(Settings(parse_toml(toml, "case.toml"), schema), "time.speed");
}

struct Tool {
    std::string name, meaning;
    std::vector<Key> keys = {};
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_number_is_constant)
{
    BOOST_TEST(Schedule()(7.0) == 1.0);
    BOOST_TEST(schedule("")(3.0) == 1.0);
    const Schedule half = schedule("time.speed = 0.5");
    BOOST_TEST(half.constant());
    BOOST_TEST(half(0.0) == 0.5);
    BOOST_TEST(half(9.0) == 0.5);
}

BOOST_AUTO_TEST_CASE(powers_and_reciprocals)
{
    const Schedule power = schedule("time.speed = { power = 0.5, factor = 3.0 }");
    BOOST_TEST(!power.constant());
    BOOST_TEST(power(0.0) == 0.0);
    BOOST_TEST(std::abs(power(4.0) - 6.0) < 1e-15);
    BOOST_TEST(schedule("time.speed = { power = 1.0 }")(2.5) == 2.5);
    const Schedule singular = schedule("time.speed = { power = -0.5, from = 0.25 }");
    BOOST_TEST(singular(0.0) == 2.0);
    BOOST_TEST(singular(4.0) == 0.5);
    const std::string infinite = refusal([] { schedule("time.speed = { power = -0.5 }"); });
    BOOST_TEST(infinite.find("infinite at 0") != std::string::npos, infinite);
    const Schedule falling = schedule("time.speed = { reciprocal = 3.0, after = 2.0 }");
    BOOST_TEST(!falling.constant());
    BOOST_TEST(falling(0.0) == 3.0);
    BOOST_TEST(falling(4.0) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_table_is_linear_between_its_rows_and_constant_outside)
{
    const Schedule table = schedule("time.speed = { rows = [[1.0, 2.0], [2.0, 4.0], [4.0, 1.0]] }");
    BOOST_TEST(!table.constant());
    const std::vector<std::pair<double, double>> expected = {{0.0, 2.0}, {1.0, 2.0}, {1.5, 3.0}, {2.0, 4.0},
                                                             {3.0, 2.5}, {4.0, 1.0}, {9.0, 1.0}};
    for (const auto& [time, value] : expected) {
        BOOST_TEST(table(time) == value);
    }
    const std::string message = refusal([] { schedule("time.speed = { rows = [[1.0, 2.0, 3.0]] }"); });
    BOOST_TEST(message.find("rows [time, value]") != std::string::npos, message);
}

BOOST_AUTO_TEST_CASE(a_registry_finds_by_name_and_suggests_the_nearest)
{
    Registry<Tool> tools("tool");
    BOOST_TEST(tools.add({"hammer", "drives nails"}));
    tools.add({"saw", "cuts", {{"tools.saw.teeth", "integer", "20", "> 0", "teeth of the saw"}}});
    BOOST_TEST(tools.find("saw").meaning == "cuts");
    BOOST_TEST(tools.all().size() == 2);
    const std::string message = refusal([&] { tools.find("hamer"); });
    BOOST_TEST(message.find("unknown tool 'hamer'") == 0, message);
    BOOST_TEST(message.find("hammer") != std::string::npos, message);
    BOOST_CHECK_THROW(tools.add({"saw", "another saw"}), std::logic_error);
    Schema schema;
    tools.add_keys(schema);
    BOOST_TEST(schema.find("tools.saw.teeth") != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace widelimit
