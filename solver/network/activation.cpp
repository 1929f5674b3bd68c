// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

namespace widelimit {

Registry<ActivationEntry>& activations()
{
    static Registry<ActivationEntry> registry("activation");
    return registry;
}

}  // namespace widelimit
