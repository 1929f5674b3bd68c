// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// K(z) = exp(-|z|^2 / (2 width^2)), summed over all turns of the circles.  It is a product over the
/// coordinates; on a circle its coefficients are width sqrt(2 pi) / length exp(-(width xi)^2 / 2).
class Gaussian : public Kernel {
public:
    Gaussian(double width, const std::vector<Coordinate>& on)
        : height_(1.0), rates_(static_cast<Index>(on.size()))
    {
        for (Index k = 0; k < rates_.size(); ++k) {
            const Coordinate& coordinate = on[static_cast<std::size_t>(k)];
            rates_[k] = coordinate.circle ? 0.5 * width * width : 0.5 / (width * width);
            if (coordinate.circle) {
                height_ *= width * std::sqrt(2.0 * std::numbers::pi) / (coordinate.to - coordinate.from);
            }
        }
    }
    double at(const Field& arguments) const override
    {
        return height_ * std::exp(-rates_.dot(arguments.cwiseAbs2()));
    }
    void slope(const Field& z, Field& gradient) const override
    {
        gradient = -2.0 * at(z) * rates_.cwiseProduct(z);
    }

private:
    double height_;
    Field rates_;
};

std::unique_ptr<Kernel> make_gaussian_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    return std::make_unique<Gaussian>(kernel.number("width"), on);
}

const bool gaussian_kernel_registered =
    kernels().add({"gaussian",
                   "exp(-|z|^2 / (2 width^2)), summed over all turns of a circle",
                   make_gaussian_kernel,
                   {{"problem.kernel.width", "number", "", "> 0",
                     "width of the gaussian kernel, in units of theta", "0.5"}}});

}  // namespace
}  // namespace widelimit
