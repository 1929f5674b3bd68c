// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/error.hpp"
#include "widelimit/scheme/flux.hpp"

namespace widelimit {
namespace {

class ChainRule : public FluxScheme {
public:
    void sweep(const Stencils& stencils, const FaceRow& row, const FluxInput& in, double* flux) const override
    {
        for (Index k = 0; k < row.count; ++k) {
            const FaceGeometry geometry = stencils.geometry(row.geometry + k * row.geometry_stride);
            const InternalFace face = in.internal_face(row.left + k * row.stride, row.right + k * row.stride,
                                                       geometry.per_distance);
            flux[k] = geometry.area * internal_flux(*in.internal, face).value / in.mass;
        }
    }
    void conductances(const Stencils&, const FaceRow&, const FluxInput&, double*, double*) const override
    {
        expects(false, "a flux that is linear in the averages");
    }
    double through(const FaceState&) const override
    {
        expects(false, "a grid without walls");
        return 0.0;
    }
    bool reconstructs() const override { return false; }
    bool diffuses() const override { return true; }
    Kind kind() const override { return Kind::internal; }
    bool dissipates() const override { return true; }
};

const bool chain_rule_scheme_registered =
    fluxes().add({"chain-rule",
                  "down psi + e'(u / m) with the mean of u that obeys the chain rule, "
                  "order 2 (internal energies)",
                  [] { return std::make_unique<ChainRule>(); }});

}  // namespace
}  // namespace widelimit
