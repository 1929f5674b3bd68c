// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

#include "widelimit/core/error.hpp"

namespace widelimit {
namespace {

constexpr std::array<spdlog::level::level_enum, 4> levels = {spdlog::level::err, spdlog::level::warn,
                                                             spdlog::level::info, spdlog::level::debug};

spdlog::logger& logger()
{
    static const auto stderr_logger = [] {
        auto made = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%d %H:%M:%S %l: %v");
        made->set_error_handler([](const std::string&) {});  // a closed stderr is no reason to stop
        return made;
    }();
    return *stderr_logger;
}

}  // namespace

void set_log_level(LogLevel level)
{
    logger().set_level(levels.at(static_cast<std::size_t>(level)));
}

LogLevel log_level(const std::string& name)
{
    const std::array<std::string, 4> names = {"error", "warning", "info", "debug"};
    for (std::size_t k = 0; k < names.size(); ++k) {
        if (name == names[k]) {
            return static_cast<LogLevel>(k);
        }
    }
    throw ConfigError("unknown log level '" + name + "'; known: error, warning, info, debug");
}

void log(LogLevel level, const std::string& message)
{
    logger().log(levels.at(static_cast<std::size_t>(level)), spdlog::string_view_t(message));
}

}  // namespace widelimit
