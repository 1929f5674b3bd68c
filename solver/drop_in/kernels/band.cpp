// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/kernel.hpp"

namespace widelimit {
namespace {

/// A product over circles of sum over |j| <= order of exp(i xi_j z), each term over 1 + |j| if it falls.
class Band : public Kernel {
public:
    Band(Index order, bool falls, std::vector<Coordinate> on)
        : order_(order), falls_(falls), on_(std::move(on))
    {}
    double at(const Field& xi) const override
    {
        double product = 1.0;
        for (std::size_t k = 0; k < on_.size(); ++k) {
            const Index mode = std::abs(mode_of(xi[static_cast<Index>(k)], on_[k]));
            product *= mode > order_ ? 0.0 : falls_ ? 1.0 / static_cast<double>(1 + mode) : 1.0;
        }
        return product;
    }

private:
    Index order_;
    bool falls_;
    std::vector<Coordinate> on_;
};

template <bool falls>
std::unique_ptr<Kernel> make_band_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    expect_circles(kernel, on);
    return std::make_unique<Band>(kernel.integer("modes"), falls, on);
}

const std::vector<Key> band_keys = {
    {"problem.kernel.modes", "integer", "", ">= 0", "highest frequency of a band-limited kernel", "5"}};

const bool dirichlet = kernels().add(
    {"dirichlet", "on circles: product of 1 + 2 sum over j <= modes of cos(j z), an ideal low-pass filter",
     make_band_kernel<false>, band_keys});
const bool trigonometric =
    kernels().add({"trigonometric", "on circles: product of 1 + 2 sum over j <= modes of cos(j z) / (1 + j)",
                   make_band_kernel<true>, band_keys});

}  // namespace
}  // namespace widelimit
