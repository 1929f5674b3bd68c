// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/risk.hpp"

namespace widelimit {

Registry<RiskEntry>& risks()
{
    static Registry<RiskEntry> registry("risk");
    return registry;
}

}  // namespace widelimit
