// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

namespace widelimit {

/// Makes a directory and those above it; nothing if it is there.  WriteError that names it and the cause.
void make_directory(const std::filesystem::path& directory);

/// Removes a file or a directory with all it holds; nothing if it is not there.  WriteError.
void remove_all(const std::filesystem::path& path);

/// Removes a directory unless it holds something, or is none.
void remove_if_empty(const std::filesystem::path& directory);

}  // namespace widelimit
