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

/// Fields of a state come and go in every step.  By default the C library of GNU gives large ones back to the
/// system each time and takes them, page by page, anew: half the time of a run on 128 x 128 cells.  For
/// programs to call when they start.
void keep_freed_memory();

/// "3.2 GB", "512 MB".
std::string bytes_text(double bytes);

}  // namespace widelimit
