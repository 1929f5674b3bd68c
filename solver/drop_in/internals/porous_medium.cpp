// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/internal.hpp"

namespace widelimit {
namespace {

/// e = r^p / (p - 1): alone, with m = 1, d_t u = Laplace u^p.
class PorousMedium : public Internal {
public:
    explicit PorousMedium(double power) : p_(power) {}
    double energy(double r) const override { return std::pow(r, p_) / (p_ - 1.0); }
    double slope(double r) const override { return p_ / (p_ - 1.0) * std::pow(r, p_ - 1.0); }
    double curvature(double r) const override { return p_ * std::pow(r, p_ - 2.0); }
    double pressure(double r) const override { return std::pow(r, p_); }
    double pressure_slope(double r) const override { return p_ * std::pow(r, p_ - 1.0); }

private:
    double p_;
};

/// The same for p = 2, without powers.
class SquarePressure : public Internal {
public:
    double energy(double r) const override { return r * r; }
    double slope(double r) const override { return 2.0 * r; }
    double curvature(double) const override { return 2.0; }
    double pressure(double r) const override { return r * r; }
    double pressure_slope(double r) const override { return 2.0 * r; }
    double mean(double a, double b) const override { return 0.5 * (a + b); }
};

std::unique_ptr<Internal> make_porous_medium_internal(const Settings& table)
{
    const double power = table.number("power");
    if (power == 2.0) {
        return std::make_unique<SquarePressure>();
    }
    return std::make_unique<PorousMedium>(power);
}

const bool porous_medium_internal_registered = internals().add(
    {"porous-medium",
     "e = r^p / (p - 1), r = u / m: alone, d_t u = Laplace u^p",
     make_porous_medium_internal,
     {{"problem.internal.power", "number", "2.0", "> 1", "p of the porous medium equation"}}});

}  // namespace
}  // namespace widelimit
