// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

class Gaussian : public Law {
public:
    Gaussian(double mean, double deviation)
        : Law(mean - 12.0 * deviation, mean + 12.0 * deviation), mean_(mean), deviation_(deviation)
    {
    }
    /// Accurate in both tails, so that cells far above the mean do not get 1 - 1.
    double cdf(double x) const override
    {
        return 0.5 * std::erfc((mean_ - x) / (deviation_ * std::sqrt(2.0)));
    }

private:
    double mean_, deviation_;
};

std::unique_ptr<Law> make(const Settings& initial, const Coordinate&)
{
    return std::make_unique<Gaussian>(initial.number("mean"), initial.number("deviation"));
}

const bool registered = laws().add(
    {"gaussian", "normal law", make,
     {{"problem.initial.mean", "number", "0.0", "", "mean of the Gaussian law"},
      {"problem.initial.deviation", "number", "1.0", "> 0", "standard deviation of the Gaussian law"}}});

}  // namespace
}  // namespace widelimit
