// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

namespace widelimit {

/// The least of `read` over the control groups that /proc/self/cgroup names and all around them, infinite
/// without any: read(folder, true) for groups of version 2, read(folder, false) for those of a controller
/// ("memory", "cpu") of version 1.
double least_of_groups(const std::string& controller,
                       const std::function<double(const std::string& folder, bool second)>& read);

}  // namespace widelimit
