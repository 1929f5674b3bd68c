// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// Units are tents k(z) = max(0, 1 - |z| / width) / width, products over the coordinates, of mass one; K = k
/// * k is the cubic B-spline with knots at multiples of the width, and sees twice the width far.
class Bump : public Kernel {
public:
    Bump(double width, std::vector<Coordinate> on) : width_(width), on_(std::move(on)) {}
    double at(const Field& arguments) const override
    {
        double product = 1.0;
        for (std::size_t k = 0; k < on_.size(); ++k) {
            const double argument = arguments[static_cast<Index>(k)];
            product *= on_[k].circle ? coefficient(argument) / (on_[k].to - on_[k].from)
                                     : spline(std::abs(argument) / width_) / width_;
        }
        return product;
    }

    void slope(const Field& z, Field& gradient) const override
    {
        gradient.setOnes(z.size());
        for (Index k = 0; k < z.size(); ++k) {
            const double place = std::abs(z[k]) / width_;
            for (Index j = 0; j < z.size(); ++j) {
                gradient[j] *=
                    j == k ? std::copysign(fall(place), -z[k]) / (width_ * width_) : spline(place) / width_;
            }
        }
    }

private:
    /// -d spline / dz for z >= 0.
    static double fall(double z)
    {
        const double outer = std::max(0.0, 2.0 - z), inner = std::max(0.0, 1.0 - z);
        return 0.5 * (outer * outer - 4.0 * inner * inner);
    }
    static double spline(double z)
    {
        const double outer = std::max(0.0, 2.0 - z), inner = std::max(0.0, 1.0 - z);
        return (outer * outer * outer - 4.0 * inner * inner * inner) / 6.0;
    }
    double coefficient(double xi) const
    {
        const double angle = 0.5 * xi * width_, sinc = angle == 0.0 ? 1.0 : std::sin(angle) / angle;
        return sinc * sinc * sinc * sinc;
    }

    double width_;
    std::vector<Coordinate> on_;
};

std::unique_ptr<Kernel> make_bump_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    return std::make_unique<Bump>(kernel.number("width"), on);
}

const bool bump_kernel_registered = kernels().add(
    {"bump",
     "k * k of tents k of this half-width and mass one, products over the coordinates: of compact support",
     make_bump_kernel,
     {{"problem.kernel.width", "number", "", "> 0", "half-width of the tents, in units of theta", "0.5"}}});

}  // namespace
}  // namespace widelimit
