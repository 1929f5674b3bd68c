// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <numbers>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// Density proportional to 1 + amplitude cos(2 pi mode (x - from) / length - phase).
class Wave : public Law {
public:
    Wave(double from, double to, double mode, double amplitude, double phase)
        : Law(from, to), mode_(2.0 * std::numbers::pi * mode), amplitude_(amplitude), phase_(phase)
    {}
    double cdf(double x) const override
    {
        const double part = (x - from()) / (to() - from());
        return part + amplitude_ / mode_ * (std::sin(mode_ * part - phase_) + std::sin(phase_));
    }
    double between(double lower, double upper) const override
    {
        const double half = 0.5 * (upper - lower) / (to() - from());
        const double middle = (0.5 * (upper + lower) - from()) / (to() - from());
        return 2.0 * (half + amplitude_ / mode_ * std::cos(mode_ * middle - phase_) * std::sin(mode_ * half));
    }

private:
    double mode_, amplitude_, phase_;
};

std::unique_ptr<Law> make(const Settings& initial, const Coordinate& coordinate)
{
    if (!coordinate.circle) {
        initial.fail("law", "the law 'wave' is for a circle");
    }
    return std::make_unique<Wave>(coordinate.from, coordinate.to,
                                  static_cast<double>(initial.integer("mode")), initial.number("amplitude"),
                                  initial.number("phase"));
}

const bool registered =
    laws().add({"wave",
                "a Fourier mode on the uniform law of a circle",
                make,
                {{"problem.initial.mode", "integer", "1", ">= 1", "periods per turn of the wave"},
                 {"problem.initial.amplitude", "number", "0.5", "[0, 1]", "relative amplitude of the wave"},
                 {"problem.initial.phase", "number", "0.0", "", "phase of the wave in radians"}}});

}  // namespace
}  // namespace widelimit
