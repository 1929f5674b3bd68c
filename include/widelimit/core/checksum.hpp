// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace widelimit {

/// FNV-1a, 64 bit, as sixteen hexadecimal digits.  Each step is a bijection of the sum, so that no single
/// changed byte goes unseen; against accidents, not against intent.
std::string checksum(std::string_view bytes);

}  // namespace widelimit
