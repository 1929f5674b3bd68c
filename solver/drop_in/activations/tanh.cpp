// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

namespace widelimit {
namespace {

struct Tanh {
    double value(double z) const { return std::tanh(z); }
    double slope(double z) const
    {
        const double t = std::tanh(z);
        return 1.0 - t * t;
    }
};

const bool registered = register_activation<Tanh>("tanh", "tanh z");

}  // namespace
}  // namespace widelimit
