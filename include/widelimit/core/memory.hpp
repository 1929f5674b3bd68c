// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace widelimit {

/// What bounds the memory of this process, in bytes: the least of the physical memory, the limit of its
/// cgroup (versions 1 and 2) and RLIMIT_AS.  `source` says which, for messages.
struct MemoryLimit {
    double bytes;
    std::string source;
};

MemoryLimit memory_limit();

/// "3.2 GB", "512 MB".
std::string bytes_text(double bytes);

}  // namespace widelimit
