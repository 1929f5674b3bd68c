// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

#include "widelimit/core/vector_math.hpp"

namespace widelimit {
namespace {

struct Tanh {
    static constexpr double bound = 1.0, lipschitz = 1.0, slope_lipschitz = 0.76980036;  // 4 / (3 sqrt 3)
    double value(double z) const { return std::tanh(z); }
    double slope(double z) const
    {
        const double t = std::tanh(z);
        return slope_of(t);
    }
    double slope_of(double value) const { return 1.0 - value * value; }
    void values(Eigen::Ref<Matrix> z) const { tanh_each(z); }
};

const bool tanh_activation_registered = register_activation<Tanh>("tanh", "tanh z");

}  // namespace
}  // namespace widelimit
