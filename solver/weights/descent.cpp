// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/weights/descent.hpp"

namespace widelimit {

Registry<DescentEntry>& descents()
{
    static Registry<DescentEntry> registry("descent");
    return registry;
}

}  // namespace widelimit
