// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/output_file.hpp"

#include "widelimit/core/error.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace widelimit {

namespace {

/// Calls again what a signal has interrupted.
template <class Call>
auto uninterrupted(Call call)
{
    auto result = call();
    while (result < 0 && errno == EINTR) {
        result = call();
    }
    return result;
}

void sync_descriptor(int descriptor, const std::filesystem::path& path)
{
    const bool failed = uninterrupted([&] { return ::fsync(descriptor); }) < 0;
    if (failed && errno != EINVAL && errno != ENOTSUP) {
        throw_write_error(path, errno);
    }
}

}  // namespace

void throw_write_error(const std::filesystem::path& path, int error)
{
    throw WriteError("cannot write '" + path.string() + "': " + std::generic_category().message(error));
}

void report_size_limit_as_error()
{
    struct sigaction present = {};
    if (::sigaction(SIGXFSZ, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
        std::signal(SIGXFSZ, SIG_IGN);
    }
}

void sync_to_disk(const std::filesystem::path& path, const std::filesystem::path& reported_as)
{
    const int descriptor = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
    if (descriptor < 0) {
        throw_write_error(reported_as, errno);
    }
    try {
        sync_descriptor(descriptor, reported_as);
    } catch (...) {
        ::close(descriptor);
        throw;
    }
    ::close(descriptor);
}

void rename_over(const std::filesystem::path& from, const std::filesystem::path& to)
{
    if (std::rename(from.c_str(), to.c_str()) != 0) {
        throw_write_error(to, errno);
    }
}

OutputFile OutputFile::create(const std::filesystem::path& path, const std::filesystem::path& reported_as)
{
    return OutputFile(path, reported_as, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
}

OutputFile OutputFile::open(const std::filesystem::path& path, const std::filesystem::path& reported_as)
{
    return OutputFile(path, reported_as, O_WRONLY | O_CLOEXEC);
}

OutputFile::OutputFile(const std::filesystem::path& path, const std::filesystem::path& reported_as, int flags)
    : reported_as_(reported_as)
{
    report_size_limit_as_error();
    constexpr int readable_by_all = 0666;  // less what the umask takes away
    descriptor_ = uninterrupted([&] { return ::open(path.c_str(), flags, readable_by_all); });
    if (descriptor_ < 0) {
        throw_write_error(reported_as_, errno);
    }
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : reported_as_(std::move(other.reported_as_)), descriptor_(std::exchange(other.descriptor_, -1))
{}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept
{
    std::swap(reported_as_, other.reported_as_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

OutputFile::~OutputFile()
{
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

void OutputFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto written = uninterrupted([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
        if (written <= 0) {
            throw_write_error(reported_as_, written < 0 ? errno : EIO);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void OutputFile::go_to(std::uint64_t offset)
{
    if (::lseek(descriptor_, static_cast<off_t>(offset), SEEK_SET) < 0) {
        throw_write_error(reported_as_, errno);
    }
}

void OutputFile::cut(std::uint64_t size)
{
    if (uninterrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) < 0) {
        throw_write_error(reported_as_, errno);
    }
    go_to(size);
}

void OutputFile::reserve(std::uint64_t size)
{
    const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
    if (error != 0) {
        throw_write_error(reported_as_, error);
    }
}

void OutputFile::sync()
{
    sync_descriptor(descriptor_, reported_as_);
}

void OutputFile::close()
{
    // An interrupted close has closed: the descriptor must not be touched again.
    if (descriptor_ >= 0 && ::close(std::exchange(descriptor_, -1)) < 0 && errno != EINTR) {
        throw_write_error(reported_as_, errno);
    }
}

}  // namespace widelimit
