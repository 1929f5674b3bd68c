// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/distance.hpp"

namespace widelimit {
namespace {

std::unique_ptr<Kernel> make_distance_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    std::unique_ptr<Kernel> distance = make_distance(on);
    if (!distance) {
        kernel.fail("name", "the kernel 'distance' is for lines, or for one circle: name it by 'on'");
    }
    return distance;
}

const bool distance_kernel_registered = kernels().add(
    {"distance",
     "of the energy distance (mu and nu of equal mass): -|z| on lines, minus the chord on one circle",
     make_distance_kernel,
     {}});

}  // namespace
}  // namespace widelimit
