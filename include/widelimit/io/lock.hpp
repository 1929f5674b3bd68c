// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

namespace widelimit {

/// The right to write into a directory, held by one process at a time through flock(2) on `<directory>/lock`.
/// The system takes it back when the process dies however it dies; a lock file left behind then holds nobody
/// up.
class DirectoryLock {
public:
    /// ConfigError that names directory and process if another one holds it; WriteError if the lock cannot be
    /// written.  The directory must exist.
    explicit DirectoryLock(const std::filesystem::path& directory);

    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;

    /// Removes the lock file and releases; a copy of the process that fork(2) made only lets go of its own
    /// end.
    ~DirectoryLock();

private:
    std::filesystem::path path_;
    int descriptor_ = -1;
    long owner_ = 0;  ///< process number
};

/// ConfigError that names the holder if another process holds the lock of a directory; changes nothing.
void refuse_locked(const std::filesystem::path& directory);

}  // namespace widelimit
