// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/processors.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>

#include "control_groups.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {

double processor_quota(const std::string& folder, bool second)
{
    double quota = 0.0, period = 0.0;
    if (second) {
        std::ifstream(folder + "/cpu.max") >> quota >> period;
    } else {
        std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
        std::ifstream(folder + "/cpu.cfs_period_us") >> period;
    }
    return quota > 0.0 && period > 0.0 ? quota / period : infinite;
}

int processors()
{
    const double most = std::max(1.0, static_cast<double>(std::thread::hardware_concurrency()));
    return static_cast<int>(std::min(most, std::ceil(least_of_groups("cpu", processor_quota))));
}

}  // namespace widelimit
