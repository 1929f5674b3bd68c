// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/risk.hpp"

namespace widelimit {
namespace {

class Square : public Risk {
public:
    using Risk::Risk;

    double value(const Field& f) const override
    {
        return 0.5 * (nodes_.weights.array() * (f - nodes_.targets).array().square()).sum();
    }
    Field slope(const Field& f) const override { return nodes_.weights.cwiseProduct(f - nodes_.targets); }
    Field curvature(const Field&, const Field& v) const override { return nodes_.weights.cwiseProduct(v); }
    double stiffness(const Field&) const override { return 1.0; }
    double conjugate(const Field& r) const override
    {
        return (0.5 * r.array().square() / nodes_.weights.array() + r.array() * nodes_.targets.array()).sum();
    }
    bool classifies() const override { return false; }
    double smoothness() const override { return 1.0; }
};

const bool square_risk_registered = register_risk<Square>("square", "sum of w_i (f_i - y_i)^2 / 2");

}  // namespace
}  // namespace widelimit
