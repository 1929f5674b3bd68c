// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/lock.hpp"

#include "widelimit/core/error.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/io/output_file.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace widelimit {

namespace fs = std::filesystem;

namespace {

std::string holder(int descriptor)
{
    std::array<char, 300> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "another process";
}

[[noreturn]] void throw_held(const fs::path& directory, const std::string& other)
{
    throw ConfigError("'" + directory.string() + "' is being written by " + other);
}

std::string this_process()
{
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return "process " + std::to_string(::getpid()) + " on " + host.data();
}

/// Whether the name still stands for the open file: the last holder may have removed it after we opened it.
bool is_current(int descriptor, const fs::path& path)
{
    struct stat opened = {};
    struct stat named = {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 &&
           opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/// Opens and locks; -1 if the file was removed meanwhile.
int try_lock(const fs::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        throw_write_error(path, errno);
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        return is_current(descriptor, path) ? descriptor : (::close(descriptor), -1);
    }
    const int error = errno;
    const std::string other = holder(descriptor);
    ::close(descriptor);
    if (error == EWOULDBLOCK) {
        throw_held(directory_of(path), other);
    }
    throw_write_error(path, error);
}

}  // namespace

void refuse_locked(const fs::path& directory)
{
    const int descriptor = ::open((directory / "lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return;
    }
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    const std::string other = held ? holder(descriptor) : "";
    ::close(descriptor);
    if (held) {
        throw_held(directory, other);
    }
}

DirectoryLock::DirectoryLock(const fs::path& directory) : path_(directory / "lock"), owner_(::getpid())
{
    report_size_limit_as_error();
    do {
        descriptor_ = try_lock(path_);
    } while (descriptor_ < 0);
    const std::string text = this_process();
    if (::ftruncate(descriptor_, 0) < 0 || ::pwrite(descriptor_, text.data(), text.size(), 0) < 0) {
        const int error = errno;
        ::unlink(path_.c_str());
        ::close(std::exchange(descriptor_, -1));
        throw_write_error(path_, error);
    }
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), owner_(other.owner_)
{}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(owner_, other.owner_);
    return *this;
}

DirectoryLock::~DirectoryLock()
{
    if (descriptor_ < 0) {
        return;
    }
    if (owner_ == ::getpid()) {
        if (is_current(descriptor_, path_)) {
            ::unlink(path_.c_str());
        }
        ::flock(descriptor_, LOCK_UN);
    }
    ::close(descriptor_);
}

}  // namespace widelimit
