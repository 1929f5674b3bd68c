// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// K(z) = |z|^2 / 2: neurons attract each other like springs.
class Quadratic : public Kernel {
public:
    double at(const Field& z) const override { return 0.5 * z.squaredNorm(); }
    void slope(const Field& z, Field& gradient) const override { gradient = z; }
};

std::unique_ptr<Kernel> make_quadratic_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    expect_lines(kernel, on);
    return std::make_unique<Quadratic>();
}

const bool quadratic_kernel_registered =
    kernels().add({"quadratic",
                   "on lines: |z|^2 / 2, springs between neurons; of negative strength: repulsion",
                   make_quadratic_kernel,
                   {}});

}  // namespace
}  // namespace widelimit
