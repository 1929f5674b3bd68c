// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/scheme/flux.hpp"

namespace widelimit {
namespace {

/// B(x) = x / (exp x - 1) and B(-x) = B(x) + x, from the one exponential of |x|: nothing cancels.
struct Bernoulli {
    explicit Bernoulli(double x)
    {
        const double size = std::abs(x), low = size < 1e-9 ? 1.0 - 0.5 * size : size / std::expm1(size);
        of = x > 0.0 ? low : low + size;
        of_minus = x > 0.0 ? low + size : low;
    }
    double of, of_minus;
};

/// Exact for a constant drift between two cells; vanishes on the Gibbs state u = exp(-psi / tau); positive
/// and dissipating for every temperature.  Scharfetter and Gummel, IEEE Trans. Electron Devices 16 (1969).
struct ScharfetterGummel {
    static constexpr bool reconstructs = false, diffuses = true, dissipates = true;

    double operator()(const FaceState& face) const
    {
        if (face.temperature == 0.0) {  // the limit: upwind
            return face.conductance * face.drop * (face.drop > 0.0 ? face.left : face.right);
        }
        const Bernoulli b(face.drop / face.temperature);
        return face.conductance * face.temperature * (b.of_minus * face.left - b.of * face.right);
    }
};

const bool scharfetter_gummel_scheme_registered = register_flux<ScharfetterGummel>(
    "scharfetter-gummel", "drift and diffusion by exponential fitting, order 2 (temperature > 0)");

}  // namespace
}  // namespace widelimit
