// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace widelimit {

/// The bytes of a regular file, or of a pipe until its writers have closed it (a pipe without a writer is
/// empty).  ConfigError with the system's reason if it cannot be read, if it is a directory, a device or a
/// socket, or if it holds more than `limit` bytes or than there is memory.
std::string file_text(const std::string& path, std::size_t limit);

/// Whether there is anything of this name, or a folder.  ConfigError with the system's reason if that cannot
/// be found out.
bool is_there(const std::string& path);
bool is_folder(const std::string& path);

/// The paths of all files below a folder that end in `extension`, sorted.  ConfigError if it, or a folder in
/// it, cannot be read.
std::vector<std::string> files_below(const std::string& folder, const std::string& extension);

/// From the root, without `.` and `..`.  ConfigError if the working directory is gone.
std::string absolute_path(const std::string& path);

}  // namespace widelimit
