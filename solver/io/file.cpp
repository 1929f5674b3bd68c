// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "widelimit/core/error.hpp"

namespace widelimit {

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
    const auto check = [&](bool good) {
        if (!good) {
            throw ConfigError(path + ": cannot be read: " + std::strerror(errno));
        }
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    check(file != nullptr);
    std::string text;
    std::vector<char> block(1 << 16);
    while (const std::size_t count = std::fread(block.data(), 1, block.size(), file.get())) {
        text.append(block.data(), count);
        if (text.size() > limit) {
            throw ConfigError(path + ": larger than " + std::to_string(limit) + " bytes");
        }
    }
    check(std::ferror(file.get()) == 0);
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
