// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

#include "widelimit/core/vector_math.hpp"

namespace widelimit {
namespace {

struct Softplus {
    static constexpr double lipschitz = 1.0, slope_lipschitz = 0.25;
    double value(double z) const { return std::log1p(std::exp(-std::abs(z))) + std::fmax(z, 0.0); }
    double slope(double z) const
    {
        const double e = std::exp(-std::abs(z));
        return (z >= 0.0 ? 1.0 : e) / (1.0 + e);
    }
    void values(Eigen::Ref<Matrix> z) const { softplus_each(z); }
    void slopes(Eigen::Ref<Matrix> z) const { sigmoid_each(z); }
};

const bool softplus_activation_registered =
    register_activation<Softplus>("softplus", "log(1 + exp z), a smooth positive part");

}  // namespace
}  // namespace widelimit
