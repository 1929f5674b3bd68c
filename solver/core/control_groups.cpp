// SPDX-License-Identifier: BSD-3-Clause
#include "control_groups.hpp"

#include <algorithm>
#include <fstream>

#include "widelimit/core/numbers.hpp"

namespace widelimit {

double least_of_groups(const std::string& controller,
                       const std::function<double(const std::string& folder, bool second)>& read)
{
    const std::string base = "/sys/fs/cgroup", own = base + "/" + controller;
    // Within a container the own group is mounted at the root, whatever the lines say.
    double least = std::min(read(base, true), read(own, false));
    std::ifstream groups("/proc/self/cgroup");
    // Lines are "0::/path" (version 2) and "4:cpu,cpuacct:/path" (version 1).
    for (std::string line; std::getline(groups, line);) {
        const std::size_t first = line.find(':'), next = line.find(':', first + 1);
        if (next == std::string::npos) {
            continue;
        }
        const std::string names = "," + line.substr(first + 1, next - first - 1) + ",";
        const bool second = names == ",,";
        if (!second && names.find("," + controller + ",") == std::string::npos) {
            continue;
        }
        for (std::string group = line.substr(next + 1); group.size() > 1;
             group.erase(group.find_last_of('/'))) {
            least = std::min(least, read((second ? base : own) + group, second));
        }
    }
    return least;
}

}  // namespace widelimit
