// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace widelimit {

/// In order of importance: messages below the level that was set are not shown.
enum class LogLevel { error, warning, info, debug };

/// What is shown from now on; at first: info.
void set_log_level(LogLevel level);

/// "error", "warning", "info", "debug"; ConfigError for another text.
LogLevel log_level(const std::string& name);

/// A line on stderr, "2026-03-01 09:30:00 warning: message".  From any thread.
void log(LogLevel level, const std::string& message);

}  // namespace widelimit
