// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// E s(theta . x) s(theta' . x) for x uniform on the unit circle, z the angle from theta to theta' (2 pi z /
/// length on a circle of another length): coefficients by Funk and Hecke.
using Coefficient = double (*)(Index mode);

/// (sin z + (pi - z) cos z) / (4 pi) for 0 <= z <= pi.
double relu(Index mode)
{
    constexpr double pi = std::numbers::pi;
    const auto k = static_cast<double>(mode);
    return mode == 1 ? 1.0 / 16.0 : mode % 2 == 1 ? 0.0 : 1.0 / (pi * pi * (k * k - 1.0) * (k * k - 1.0));
}

/// (pi - z) / (2 pi) for 0 <= z <= pi.
double step(Index mode)
{
    constexpr double pi = std::numbers::pi;
    const auto k = static_cast<double>(mode);
    return mode == 0 ? 0.25 : mode % 2 == 0 ? 0.0 : 1.0 / (pi * pi * k * k);
}

class Population : public Kernel {
public:
    Population(Coefficient coefficient, Coordinate circle)
        : coefficient_(coefficient), circle_(std::move(circle))
    {}
    double at(const Field& xi) const override { return coefficient_(std::abs(mode_of(xi[0], circle_))); }

private:
    Coefficient coefficient_;
    Coordinate circle_;
};

template <Coefficient coefficient>
std::unique_ptr<Kernel> make_population_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    expect_circles(kernel, on);
    if (on.size() != 1) {
        kernel.fail("name", "the kernel '" + kernel.text("name") + "' is for one circle: name it by 'on'");
    }
    return std::make_unique<Population>(coefficient, on[0]);
}

const bool of_relu = kernels().add(
    {"relu",
     "on one circle of angles: mean of relu(theta . x) relu(theta' . x), x uniform on the circle",
     make_population_kernel<relu>,
     {}});
const bool of_step = kernels().add(
    {"step",
     "on one circle of angles: mean of step(theta . x) step(theta' . x), x uniform on the circle",
     make_population_kernel<step>,
     {}});

}  // namespace
}  // namespace widelimit
