// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/activation.hpp"

#include <cmath>

#include "widelimit/core/vector_math.hpp"

namespace widelimit {
namespace {

struct Cosine {
    static constexpr double bound = 1.0, lipschitz = 1.0, slope_lipschitz = 1.0;
    double value(double z) const { return std::cos(z); }
    double slope(double z) const { return -std::sin(z); }
    void values(Eigen::Ref<Matrix> z) const { cos_each(z); }
    void slopes(Eigen::Ref<Matrix> z) const
    {
        sin_each(z);
        z = -z;
    }
};

const bool cosine_activation_registered =
    register_activation<Cosine>("cosine", "cos z, a random Fourier feature");

}  // namespace
}  // namespace widelimit
