// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>

namespace widelimit {

/// Exit codes of the program; other people's scripts rely on them.
enum class Exit : int {
    done = 0,
    bug = 1,
    input = 2,
    computation = 3,
    claim = 4,
    writing = 5,
};

/// Anything the user can mend in case, data or arguments (exit 2).  The message names the place, as
/// `file:line:column: ...`, and what was expected.
struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The computation failed; the last good state is on disk (exit 3).
struct NumericalError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Writing failed, or a checkpoint is damaged without an older one (exit 5).
struct WriteError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws std::logic_error (a bug, exit 1) unless `condition` holds.
inline void expects(bool condition, const char* what, const char* file = __builtin_FILE(),
                    int line = __builtin_LINE())
{
    if (!condition) {
        throw std::logic_error(std::string(file) + ":" + std::to_string(line) + ": expected " + what);
    }
}

}  // namespace widelimit
