// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace widelimit {

/// Of numbers with some 16 digits, or with 7.
enum class Precision { full, single };

}  // namespace widelimit
