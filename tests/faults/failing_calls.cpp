// SPDX-License-Identifier: BSD-3-Clause
// For LD_PRELOAD: counts the calls that change something below a folder, and lets one of them fail.
//
//     FAULT_BELOW   the folder, as /proc/self/fd names it; without it nothing is counted
//     FAULT_CALL    number of the call that fails, from 1; 0 or missing: none
//     FAULT_ERRNO   its error
//     FAULT_LASTS   all later calls fail too: a disk that stays full
//     FAULT_LOG     file that gets a line `number name path` for each call, outside of the folder
//
// Counted: open for writing, write, writev, pwrite, ftruncate, posix_fallocate, fsync, fdatasync, rename,
// mkdir, and close of a descriptor open for writing, which does close. What stdio writes does not come by
// here.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

template <class Function>
Function* next(const char* name)
{
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// Absolute, without links in the folder; the last part need not exist.
std::string whole_path(const char* path)
{
    const std::string text(path);
    const std::size_t slash = text.rfind('/');
    const std::string folder = slash == text.npos ? "." : text.substr(0, slash + 1);
    char* real = ::realpath(folder.c_str(), nullptr);
    const std::string found = real == nullptr ? folder : real;
    std::free(real);
    return found + "/" + (slash == text.npos ? text : text.substr(slash + 1));
}

std::string path_of(int descriptor)
{
    char link[64], path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const auto size = ::readlink(link, path, sizeof path);
    return size > 0 ? std::string(path, static_cast<std::size_t>(size)) : "";
}

void log(int number, const char* name, const std::string& path)
{
    static const int file = next<int(const char*, int, ...)>("open")(
        variable("FAULT_LOG").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    const std::string line = std::to_string(number) + " " + name + " " + path + "\n";
    if (file >= 0 &&
        next<ssize_t(int, const void*, std::size_t)>("write")(file, line.data(), line.size()) < 0) {
        std::abort();
    }
}

/// Whether this call must fail; 0 or the error.
int fault(const char* name, const std::string& path)
{
    static const std::string below = variable("FAULT_BELOW");
    static const int chosen = std::atoi(variable("FAULT_CALL").c_str());
    static const int error = std::atoi(variable("FAULT_ERRNO").c_str());
    static const bool lasts = !variable("FAULT_LASTS").empty();
    static std::atomic<int> calls{0};
    if (below.empty() || path.rfind(below, 0) != 0) {
        return 0;
    }
    const int number = ++calls;
    log(number, name, path);
    return chosen > 0 && (number == chosen || (lasts && number > chosen)) ? error : 0;
}

/// Fails as chosen, or does what the system does.
template <class Result, class... Arguments>
Result pass(const char* name, const std::string& path, Arguments... arguments)
{
    if (const int error = fault(name, path)) {
        errno = error;
        return Result(-1);
    }
    return next<Result(Arguments...)>(name)(arguments...);
}

bool writes(int flags)
{
    return (flags & O_ACCMODE) != O_RDONLY;
}

using Open = int(const char*, int, ...);

int pass_open(const char* name, const char* path, int flags, mode_t mode)
{
    const int error = writes(flags) ? fault(name, whole_path(path)) : 0;
    errno = error;
    return error != 0 ? -1 : next<Open>(name)(path, flags, mode);
}

mode_t mode_in(int flags, std::va_list list)
{
    return (flags & O_CREAT) != 0 ? va_arg(list, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...)
{
    std::va_list list;
    va_start(list, flags);
    const mode_t mode = mode_in(flags, list);
    va_end(list);
    return pass_open("open", path, flags, mode);
}

int open64(const char* path, int flags, ...)
{
    std::va_list list;
    va_start(list, flags);
    const mode_t mode = mode_in(flags, list);
    va_end(list);
    return pass_open("open64", path, flags, mode);
}

ssize_t write(int file, const void* bytes, std::size_t size)
{
    return pass<ssize_t>("write", path_of(file), file, bytes, size);
}

ssize_t writev(int file, const iovec* parts, int count)
{
    return pass<ssize_t>("writev", path_of(file), file, parts, count);
}

ssize_t pwrite(int file, const void* bytes, std::size_t size, off_t offset)
{
    return pass<ssize_t>("pwrite", path_of(file), file, bytes, size, offset);
}

ssize_t pwrite64(int file, const void* bytes, std::size_t size, off64_t offset)
{
    return pass<ssize_t>("pwrite64", path_of(file), file, bytes, size, offset);
}

int ftruncate(int file, off_t size) noexcept
{
    return pass<int>("ftruncate", path_of(file), file, size);
}

int ftruncate64(int file, off64_t size) noexcept
{
    return pass<int>("ftruncate64", path_of(file), file, size);
}

int posix_fallocate(int file, off_t offset, off_t size)
{
    const int error = fault("posix_fallocate", path_of(file));
    return error != 0 ? error : next<int(int, off_t, off_t)>("posix_fallocate")(file, offset, size);
}

int fsync(int file)
{
    return pass<int>("fsync", path_of(file), file);
}

int fdatasync(int file)
{
    return pass<int>("fdatasync", path_of(file), file);
}

int rename(const char* from, const char* to) noexcept
{
    return pass<int>("rename", whole_path(to), from, to);
}

int mkdir(const char* path, mode_t mode) noexcept
{
    return pass<int>("mkdir", whole_path(path), path, mode);
}

int close(int file)
{
    const int flags = ::fcntl(file, F_GETFL);
    const int error = flags >= 0 && writes(flags) ? fault("close", path_of(file)) : 0;
    const int result = next<int(int)>("close")(file);
    if (error == 0) {
        return result;
    }
    errno = error;
    return -1;
}

}  // extern "C"
