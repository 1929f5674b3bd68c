// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/memory.hpp"

namespace widelimit {
namespace {

/// An open file; devices, directories and sockets are refused.
class InputFile {
public:
    explicit InputFile(const std::string& path) : path_(path)
    {
        if (path.find('\0') != std::string::npos) {
            throw ConfigError("a NUL character in the name of a file");
        }
        // Non-blocking: a pipe that nobody writes to is empty, not awaited.
        number_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        check(number_ >= 0);
        try {
            check_kind();
        } catch (...) {
            close(number_);
            throw;
        }
    }
    InputFile(const InputFile&) = delete;
    ~InputFile() { close(number_); }

    /// Bytes of a regular file, 0 of a pipe.
    std::size_t size() const { return size_; }

    std::string_view next()
    {
        ssize_t count = 0;
        do {
            count = ::read(number_, block_.data(), block_.size());
        } while (count < 0 && errno == EINTR);
        check(count >= 0);
        return {block_.data(), static_cast<std::size_t>(count)};
    }

private:
    void check(bool good) const
    {
        if (!good) {
            throw ConfigError(path_ + ": cannot be read: " + std::strerror(errno));
        }
    }
    void check_kind()
    {
        struct stat state {};
        check(fstat(number_, &state) == 0);
        if (S_ISDIR(state.st_mode)) {
            throw ConfigError(path_ + ": cannot be read: Is a directory");
        }
        if (!S_ISREG(state.st_mode) && !S_ISFIFO(state.st_mode)) {
            throw ConfigError(path_ + ": neither a regular file nor a pipe");
        }
        size_ = S_ISREG(state.st_mode) ? static_cast<std::size_t>(state.st_size) : 0;
        check(fcntl(number_, F_SETFL, O_RDONLY) == 0);
    }

    const std::string& path_;
    int number_ = -1;
    std::size_t size_ = 0;
    std::vector<char> block_ = std::vector<char>(1 << 16);
};

void check_fits(const std::string& path, double size)
{
    if (size < 1e8) {
        return;
    }
    if (const MemoryLimit limit = memory_limit(); size > limit.bytes) {
        throw ConfigError(path + ": holds " + bytes_text(size) + ", more than the memory " + limit.source +
                          ", " + bytes_text(limit.bytes));
    }
}

}  // namespace

namespace fs = std::filesystem;

namespace {

void check(const std::error_code& error, const std::string& path)
{
    if (error) {
        throw ConfigError(path + ": cannot be read: " + error.message());
    }
}

fs::file_type type_of(const std::string& path)
{
    std::error_code error;
    const fs::file_type type = fs::status(path, error).type();
    if (type != fs::file_type::not_found) {
        check(error, path);
    }
    return type;
}

}  // namespace

std::string file_text(const std::string& path, std::size_t limit)
{
    InputFile source(path);
    const auto check_size = [&](std::size_t size) {
        if (size > limit) {
            throw ConfigError(path + ": larger than " + std::to_string(limit) + " bytes");
        }
    };
    check_size(source.size());
    check_fits(path, static_cast<double>(source.size()));
    std::string text;
    text.reserve(source.size());
    for (std::string_view block = source.next(); !block.empty(); block = source.next()) {
        text += block;
        check_size(text.size());
    }
    return text;
}

bool is_there(const std::string& path)
{
    return type_of(path) != fs::file_type::not_found;
}

bool is_folder(const std::string& path)
{
    return type_of(path) == fs::file_type::directory;
}

std::vector<std::string> files_below(const std::string& folder, const std::string& extension)
{
    std::vector<std::string> found;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, error);
    for (check(error, folder); entry != fs::recursive_directory_iterator(); check(error, folder)) {
        if (entry->path().extension() == extension) {
            found.push_back(entry->path().string());
        }
        entry.increment(error);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::string absolute_path(const std::string& path)
{
    std::error_code error;
    const fs::path whole = fs::absolute(path, error);
    check(error, path);
    return whole.lexically_normal().string();
}

}  // namespace widelimit
