// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "widelimit/problem/risk.hpp"

namespace widelimit {
namespace {

class Exponential : public Risk {
public:
    using Risk::Risk;

    double value(const Field& f) const override { return losses(f).sum(); }
    Field slope(const Field& f) const override { return -nodes_.targets.cwiseProduct(losses(f)); }
    Field curvature(const Field& f, const Field& v) const override { return losses(f).cwiseProduct(v); }
    double stiffness(const Field& f) const override
    {
        return (-nodes_.targets.cwiseProduct(f).array()).exp().maxCoeff();
    }
    std::unique_ptr<Risk> softened() const override { return make_soft_min(nodes_); }
    double conjugate(const Field& r) const override
    {
        double sum = 0.0;
        for (Index i = 0; i < r.size(); ++i) {
            const double q = -r[i] / (nodes_.weights[i] * nodes_.targets[i]);
            if (q < 0.0) {
                return std::numeric_limits<double>::infinity();
            }
            sum += q > 0.0 ? nodes_.weights[i] * q * (std::log(q) - 1.0) : 0.0;
        }
        return sum;
    }

private:
    Field losses(const Field& f) const
    {
        return (nodes_.weights.array() * (-nodes_.targets.array() * f.array()).exp()).matrix();
    }
};

const bool exponential_risk_registered =
    register_risk<Exponential>("exponential", "sum of w_i exp(-y_i f_i), labels -1 and +1");

}  // namespace
}  // namespace widelimit
