// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/memory.hpp"

#include "control_groups.hpp"
#include "widelimit/core/numbers.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <limits>

namespace widelimit {
namespace {

/// The number in a file of the kernel; infinite if there is none ("max").
double number_in(const std::string& path)
{
    std::ifstream file(path);
    double number = 0.0;
    return file >> number && number > 0.0 ? number : infinite;
}

double group_limit(const std::string& folder, bool second)
{
    return number_in(folder + (second ? "/memory.max" : "/memory.limit_in_bytes"));
}

double address_space()
{
    rlimit limit{};
    const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return limited ? static_cast<double>(limit.rlim_cur) : infinite;
}

double physical_memory()
{
    return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

MemoryLimit memory_limit()
{
    MemoryLimit least{physical_memory(), "of this machine"};
    for (const MemoryLimit& other :
         {MemoryLimit{least_of_groups("memory", group_limit), "that its control group allows"},
          MemoryLimit{address_space(), "that ulimit -v allows"}}) {
        if (other.bytes < least.bytes) {
            least = other;
        }
    }
    return least;
}

void keep_freed_memory()
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 28);
    mallopt(M_TRIM_THRESHOLD, 1 << 29);
#endif
}

std::string bytes_text(double bytes)
{
    std::array<char, 32> text{};
    const bool large = bytes >= 1e9;
    std::snprintf(text.data(), text.size(), "%.3g %s", bytes / (large ? 1e9 : 1e6), large ? "GB" : "MB");
    return text.data();
}

}  // namespace widelimit
