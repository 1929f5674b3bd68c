// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

namespace widelimit {

/// The bytes of a regular file, or of a pipe until its writers have closed it (a pipe without a writer is
/// empty).  ConfigError with the system's reason if it cannot be read, if it is a directory, a device or a
/// socket, or if it holds more than `limit` bytes or than there is memory.
std::string file_text(const std::string& path, std::size_t limit);

}  // namespace widelimit
