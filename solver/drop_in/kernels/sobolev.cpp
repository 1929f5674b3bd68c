// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// sum_j |hat(xi_j)|^2 |xi_j|^(-2s) over j != 0 is the squared norm of the homogeneous Sobolev space of order
/// -s: means do not count.
class Sobolev : public Kernel {
public:
    explicit Sobolev(double order) : order_(order) {}
    double at(const Field& xi) const override
    {
        const double square = xi.squaredNorm();
        return square > 0.0 ? std::pow(square, -order_) : 0.0;
    }

private:
    double order_;
};

std::unique_ptr<Kernel> make_sobolev_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    expect_circles(kernel, on);
    return std::make_unique<Sobolev>(kernel.number("order"));
}

const bool sobolev_kernel_registered = kernels().add(
    {"sobolev",
     "on circles: |xi|^(-2 order) at the frequency xi = 2 pi j / length, 0 at xi = 0",
     make_sobolev_kernel,
     {{"problem.kernel.order", "number", "1.0", "> 0", "order s of the Sobolev norm: decay |xi|^(-2 s)"}}});

}  // namespace
}  // namespace widelimit
