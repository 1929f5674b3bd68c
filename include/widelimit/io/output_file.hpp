// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace widelimit {

/// Throws WriteError `cannot write 'path': cause`, the cause being the text of an errno value.
[[noreturn]] void throw_write_error(const std::filesystem::path& path, int error);

/// From here on a file that grows over the size limit of the process is an error of the call that wrote (and
/// so a WriteError), not the death of the program by SIGXFSZ.  A handler that somebody has set is left alone.
void report_size_limit_as_error();

/// Puts a file, or the names in a directory, on the disk, to survive a loss of power.  Errors name
/// `reported_as`.
void sync_to_disk(const std::filesystem::path& path, const std::filesystem::path& reported_as);

/// rename(2), which replaces `to` atomically.
void rename_over(const std::filesystem::path& from, const std::filesystem::path& to);

/// A file written through a descriptor: interrupted and short writes are carried on, every call is checked,
/// and what fails is a WriteError that names the file.  The destructor closes without a check: call close().
class OutputFile {
public:
    /// Creates the file, or empties the one there is.  Errors name `reported_as`: what the user knows the
    /// file by.
    static OutputFile create(const std::filesystem::path& path, const std::filesystem::path& reported_as);

    /// Opens the file there is; writing starts at its beginning.
    static OutputFile open(const std::filesystem::path& path, const std::filesystem::path& reported_as);

    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&& other) noexcept;
    ~OutputFile();

    void write(std::string_view bytes);
    void go_to(std::uint64_t offset);

    /// Drops all from `size` on and goes to the new end.
    void cut(std::uint64_t size);

    /// Makes the file at least `size` long on the disk: fails now where writing would fail later.
    void reserve(std::uint64_t size);

    /// Puts the contents on the disk; pipes and devices, which cannot, are left as they are.
    void sync();
    void close();

private:
    OutputFile(const std::filesystem::path& path, const std::filesystem::path& reported_as, int flags);

    std::filesystem::path reported_as_;
    int descriptor_ = -1;
};

}  // namespace widelimit
