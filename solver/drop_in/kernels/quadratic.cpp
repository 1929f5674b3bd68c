// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// K(z) = (strength / 2) |z|^2: neurons attract each other like springs.
class Quadratic : public Kernel {
public:
    explicit Quadratic(double strength) : strength_(strength) {}
    double at(const Field& z) const override { return 0.5 * strength_ * z.squaredNorm(); }

private:
    double strength_;
};

std::unique_ptr<Kernel> make(const Settings& kernel, const std::vector<Coordinate>& on)
{
    for (const Coordinate& coordinate : on) {
        if (coordinate.circle) {
            kernel.fail("name", "the kernel 'quadratic' is for lines, '" + coordinate.name + "' is a circle");
        }
    }
    return std::make_unique<Quadratic>(kernel.number("strength"));
}

const bool registered =
    kernels().add({"quadratic",
                   "on lines: strength |z|^2 / 2, springs between neurons; negative strength: repulsion",
                   make,
                   {{"problem.kernel.strength", "number", "1.0", "", "factor of the quadratic kernel"}}});

}  // namespace
}  // namespace widelimit
