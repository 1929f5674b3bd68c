// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/total.hpp"

namespace widelimit {

double total(const Eigen::Ref<const Field>& values)
{
    constexpr Index few = 64;
    if (values.size() <= few) {
        return values.sum();
    }
    const Index half = values.size() / 2;
    return total(values.head(half)) + total(values.tail(values.size() - half));
}

}  // namespace widelimit
