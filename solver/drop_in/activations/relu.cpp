// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

namespace widelimit {
namespace {

struct Relu {
    static constexpr double lipschitz = 1.0;
    static constexpr bool homogeneous = true;
    double value(double z) const { return z > 0.0 ? z : 0.0; }
    double slope(double z) const { return z > 0.0 ? 1.0 : (z < 0.0 ? 0.0 : 0.5); }
    std::vector<double> kinks() const { return {0.0}; }
};

const bool relu_activation_registered =
    register_activation<Relu>("relu", "max(z, 0), positively homogeneous");

}  // namespace
}  // namespace widelimit
