// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "widelimit/problem/internal.hpp"

namespace widelimit {
namespace {

/// e = 1 / (2 r): int e m dvol is half of 1 + chi^2(m | mu) for laws, and d_t u = -div(m grad(m / u)).
class UltraFast : public Internal {
public:
    double energy(double r) const override { return 0.5 / above(r); }
    double slope(double r) const override { return -0.5 / (above(r) * above(r)); }
    double curvature(double r) const override { return 1.0 / (above(r) * above(r) * above(r)); }
    double pressure(double r) const override { return -1.0 / above(r); }
    double pressure_slope(double r) const override { return 1.0 / (above(r) * above(r)); }
    /// Harmonic.
    double mean(double a, double b) const override { return 2.0 * a * b / (above(a) + above(b)); }

private:
    static double above(double r) { return std::max(r, 1e-100); }
};

const bool ultra_fast_internal_registered =
    internals().add({"ultra-fast",
                     "e = 1 / (2 r), r = u / m: (1 + chi^2(m | mu)) / 2 for laws, ultra-fast diffusion",
                     [](const Settings&) { return std::make_unique<UltraFast>(); },
                     {}});

}  // namespace
}  // namespace widelimit
