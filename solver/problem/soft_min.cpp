// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "widelimit/core/log_sum.hpp"
#include "widelimit/problem/risk.hpp"

namespace widelimit {
namespace {

/// R(f) = log sum_i w_i exp(-y_i f_i), minus a smooth minimum of the margins y_i f_i.  Its gradient flow is
/// that of the exponential risk L in the clock dt = L dt_loss, so that the mass grows exponentially in t.
class SoftMin : public Risk {
public:
    using Risk::Risk;

    double value(const Field& f) const override { return log_sum_exp(exponents(f)); }
    Field slope(const Field& f) const override { return -nodes_.targets.cwiseProduct(weights(f)); }
    Field curvature(const Field& f, const Field& v) const override
    {
        const Field p = weights(f);
        const Field signed_p = nodes_.targets.cwiseProduct(p);
        return p.cwiseProduct(v) - signed_p * signed_p.dot(v);
    }
    double stiffness(const Field& f) const override
    {
        return weights(f).cwiseQuotient(nodes_.weights).maxCoeff();
    }
    bool soft() const override { return true; }
    double log_clock(const Field& f) const override { return -value(f); }
    double log_value(const Field& f) const override { return value(f); }
    double conjugate(const Field& r) const override
    {
        const Field p = -r.cwiseProduct(nodes_.targets);
        if (p.minCoeff() < 0.0 || std::abs(p.sum() - 1.0) > 1e-12) {
            return std::numeric_limits<double>::infinity();
        }
        double sum = 0.0;
        for (Index i = 0; i < p.size(); ++i) {
            sum += p[i] > 0.0 ? p[i] * std::log(p[i] / nodes_.weights[i]) : 0.0;
        }
        return sum;
    }

private:
    Field exponents(const Field& f) const
    {
        return (nodes_.weights.array().log() - nodes_.targets.array() * f.array()).matrix();
    }
    Field weights(const Field& f) const { return softmax(exponents(f)); }
};

}  // namespace

std::unique_ptr<Risk> make_soft_min(Nodes nodes)
{
    return std::make_unique<SoftMin>(std::move(nodes));
}

}  // namespace widelimit
