// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/checksum.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace widelimit {

std::string checksum(std::string_view bytes)
{
    std::uint64_t sum = 0xcbf29ce484222325;
    for (const char byte : bytes) {
        sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    }
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(sum));
    return digits.data();
}

}  // namespace widelimit
