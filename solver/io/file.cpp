// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/io/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "widelimit/core/error.hpp"

namespace widelimit {

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

}  // namespace widelimit
