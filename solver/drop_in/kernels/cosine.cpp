// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// K(z) = cos(2 pi z / length).
class CosineKernel : public Kernel {
public:
    explicit CosineKernel(double length) : turn_(2.0 * std::numbers::pi / length) {}
    double at(const Field& xi) const override
    {
        return std::lround(std::abs(xi[0]) / turn_) == 1 ? 0.5 : 0.0;
    }

private:
    double turn_;
};

std::unique_ptr<Kernel> make_cosine_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    if (on.size() != 1 || !on[0].circle) {
        kernel.fail("name", "the kernel 'cosine' is for one circle: name it by 'on'");
    }
    return std::make_unique<CosineKernel>(on[0].to - on[0].from);
}

const bool cosine_kernel_registered =
    kernels().add({"cosine", "on one circle: cos z, z the difference of the angles", make_cosine_kernel, {}});

}  // namespace
}  // namespace widelimit
