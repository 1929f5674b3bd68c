// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/scheme/flux.hpp"

namespace widelimit {
namespace {

/// x / (exp x - 1).
double bernoulli(double x)
{
    return std::abs(x) < 1e-9 ? 1.0 - 0.5 * x : x / std::expm1(x);
}

/// Exact for a constant drift between two cells; vanishes on the Gibbs state u = exp(-psi / tau); positive
/// and dissipating for every temperature.  Scharfetter and Gummel, IEEE Trans. Electron Devices 16 (1969).
struct ScharfetterGummel {
    static constexpr bool reconstructs = false, diffuses = true, dissipates = true;

    double operator()(const FaceState& face) const
    {
        if (face.temperature == 0.0) {  // the limit: upwind
            return face.conductance * face.drop * (face.drop > 0.0 ? face.left : face.right);
        }
        const double x = face.drop / face.temperature;
        return face.conductance * face.temperature * (bernoulli(-x) * face.left - bernoulli(x) * face.right);
    }
};

const bool scharfetter_gummel_scheme_registered = register_flux<ScharfetterGummel>(
    "scharfetter-gummel", "drift and diffusion by exponential fitting, order 2 (temperature > 0)");

}  // namespace
}  // namespace widelimit
