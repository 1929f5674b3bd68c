// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/network/linear_knots.hpp"

namespace widelimit {
namespace {

std::unique_ptr<Activation> make_table_activation(const Settings& settings)
{
    return std::make_unique<LinearKnots>(read_knots(settings));
}

const bool table_activation_registered =
    activations().add({"table",
                       "linear between the given knots, constant outside",
                       make_table_activation,
                       {{"network.activation.knots", "matrix", "", "",
                         "rows [z, value] of the activation `table`, z increasing"}}});

}  // namespace
}  // namespace widelimit
