// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string_view>

namespace widelimit {

/// A new version of a file, which takes the place of the old one whole or not at all, also under kill -9 or
/// loss of power.  Write it to temporary(), `<path>.partial` in the same directory, close that and commit();
/// without commit() the temporary file is removed.  One writer per path at a time (see DirectoryLock): the
/// name is fixed, so that what a kill leaves behind is overwritten by the next attempt and never piles up.
class Replacement {
public:
    explicit Replacement(std::filesystem::path path);
    ~Replacement();
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    const std::filesystem::path& temporary() const { return temporary_; }

    /// Puts the temporary file on the disk, then in the place of `path`; WriteError if either fails.
    void commit();

private:
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    bool committed_ = false;
};

/// The directory that holds the name `path`, never empty.
std::filesystem::path directory_of(const std::filesystem::path& path);

/// Replaces the contents of `path` by `text` through a Replacement.  What exists and is not a regular file (a
/// device, a pipe) is written directly.  Every failure is a WriteError: `cannot write 'path': No space left
/// on device`.
void write_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace widelimit
