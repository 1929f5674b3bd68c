// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

namespace widelimit {
namespace {

struct Step {
    static constexpr bool has_slope = false;
    double value(double z) const { return z > 0.0 ? 1.0 : (z < 0.0 ? 0.0 : 0.5); }
    double slope(double) const { return 0.0; }
    std::vector<double> kinks() const { return {0.0}; }
};

const bool step_activation_registered =
    register_activation<Step>("step", "1 where z > 0: trainable in its output weights only");

}  // namespace
}  // namespace widelimit
