// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <boost/test/unit_test.hpp>

namespace widelimit::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

/// For tests of orders and of long runs, whose code shorter tests go through as well: ten times as slow with
/// sanitizers, which see nothing new there.
using UnlessSanitized = boost::unit_test::enable_if<!sanitized>;

}  // namespace widelimit::test
