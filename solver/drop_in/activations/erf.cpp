// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

#include "widelimit/core/vector_math.hpp"

namespace widelimit {
namespace {

struct Erf {
    static constexpr double bound = 1.0, lipschitz = 1.1283792,
                            slope_lipschitz = 0.96788290;  // sqrt(8 / (pi e))
    double value(double z) const { return std::erf(z); }
    double slope(double z) const { return 2.0 / std::sqrt(3.14159265358979323846) * std::exp(-z * z); }
    void values(Eigen::Ref<Matrix> z) const { erf_each(z); }
    void slopes(Eigen::Ref<Matrix> z) const
    {
        z = -z.cwiseAbs2();
        exp_each(z);
        z *= 2.0 / std::sqrt(3.14159265358979323846);
    }
};

const bool erf_activation_registered = register_activation<Erf>("erf", "erf z");

}  // namespace
}  // namespace widelimit
