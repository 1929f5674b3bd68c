// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/risk.hpp"

namespace widelimit {
namespace {

const bool soft_min_risk_registered =
    risks().add({"soft-min",
                 "log of the sum of w_i exp(-y_i f_i): logarithmic time, any mass",
                 [](const Settings&, Nodes nodes) { return make_soft_min(std::move(nodes)); },
                 {}});

}  // namespace
}  // namespace widelimit
