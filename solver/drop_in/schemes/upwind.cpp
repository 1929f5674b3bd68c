// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/scheme/flux.hpp"

namespace widelimit {
namespace {

/// The density upstream of the face times the velocity there.
template <bool second_order>
struct Upstream {
    static constexpr bool reconstructs = second_order, diffuses = false, dissipates = true;

    template <class Real>
    Real operator()(const FaceOf<Real>& face) const
    {
        const Real velocity = face.conductance * face.drop;
        return velocity * (velocity > 0 ? face.left : face.right);
    }
};

const bool upwind = register_flux<Upstream<false>>("upwind", "upstream cell average, order 1");
const bool muscl = register_flux<Upstream<true>>(
    "muscl", "upstream face value by van Leer's slopes, order 2 on smooth solutions (the default)");

}  // namespace
}  // namespace widelimit
