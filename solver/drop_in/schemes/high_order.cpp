// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/error.hpp"
#include "widelimit/scheme/flux.hpp"

namespace widelimit {
namespace {

/// Chooses the high-order transport; there is no sweep over rows of faces.
class HighOrder : public FluxScheme {
public:
    void sweep(const Stencils&, const FaceRow&, const FluxInput&, double*) const override { refuse(); }
    void conductances(const Stencils&, const FaceRow&, const FluxInput&, double*, double*) const override
    {
        refuse();
    }
    double through(const FaceState&) const override
    {
        refuse();
        return 0.0;
    }
    bool reconstructs() const override { return true; }
    bool diffuses() const override { return false; }
    Kind kind() const override { return Kind::high_order; }
    bool dissipates() const override { return false; }

private:
    static void refuse() { expects(false, "a flux between two cells"); }
};

const bool high_order_scheme_registered = fluxes().add(
    {"high-order", "order 4 and more for smooth flows of a kernel or potential on even axes; F may rise",
     [] { return std::make_unique<HighOrder>(); }});

}  // namespace
}  // namespace widelimit
