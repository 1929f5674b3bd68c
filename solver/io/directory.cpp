// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/directory.hpp"

#include <cerrno>
#include <system_error>

#include "widelimit/core/error.hpp"
#include "widelimit/io/output_file.hpp"

namespace widelimit {

void make_directory(const std::filesystem::path& directory)
{
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        throw WriteError("cannot make the directory '" + directory.string() + "': " + error.message());
    }
    if (!std::filesystem::is_directory(directory, error)) {
        throw WriteError("cannot make the directory '" + directory.string() +
                         "': a file of that name exists");
    }
}

void remove_all(const std::filesystem::path& path)
{
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error && error.value() != ENOENT) {
        throw_write_error(path, error.value());
    }
}

void remove_if_empty(const std::filesystem::path& directory)
{
    std::error_code error;
    if (std::filesystem::is_empty(directory, error) && !error) {
        std::filesystem::remove(directory, error);
    }
}

}  // namespace widelimit
