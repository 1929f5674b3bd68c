// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

#include "widelimit/core/vector_math.hpp"

namespace widelimit {
namespace {

struct Sigmoid {
    static constexpr double bound = 1.0, lipschitz = 0.25, slope_lipschitz = 0.096225045;  // 1 / (6 sqrt 3)
    double value(double z) const
    {
        const double e = std::exp(-std::abs(z));
        return (z >= 0.0 ? 1.0 : e) / (1.0 + e);
    }
    double slope(double z) const
    {
        const double e = std::exp(-std::abs(z));
        return e / ((1.0 + e) * (1.0 + e));
    }
    double slope_of(double value) const { return value * (1.0 - value); }
    void values(Eigen::Ref<Matrix> z) const { sigmoid_each(z); }
};

const bool sigmoid_activation_registered = register_activation<Sigmoid>("sigmoid", "1 / (1 + exp(-z))");

}  // namespace
}  // namespace widelimit
