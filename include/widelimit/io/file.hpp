// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

namespace widelimit {

/// The bytes of a file.  ConfigError with the system's reason if it cannot be read, or if it holds more than
/// `limit` bytes.
std::string file_text(const std::string& path, std::size_t limit);

}  // namespace widelimit
