// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// K(z) = -|z|: for mu and nu of equal mass the discrepancy is half their energy distance, on a line the
/// integral of the squared difference of their distribution functions.
class Distance : public Kernel {
public:
    double at(const Field& z) const override { return -z.norm(); }
    void slope(const Field& z, Field& gradient) const override
    {
        const double distance = z.norm();
        gradient = -(distance > 0.0 ? 1.0 / distance : 0.0) * z;
    }
};

std::unique_ptr<Kernel> make(const Settings& kernel, const std::vector<Coordinate>& on)
{
    expect_lines(kernel, on);
    return std::make_unique<Distance>();
}

const bool registered =
    kernels().add({"distance", "on lines: -|z|, of the energy distance (mu and nu of equal mass)", make, {}});

}  // namespace
}  // namespace widelimit
