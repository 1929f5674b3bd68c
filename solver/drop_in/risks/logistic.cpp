// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "widelimit/problem/risk.hpp"

namespace widelimit {
namespace {

/// 1 / (1 + exp u), without overflow.
double falling(double u)
{
    const double e = std::exp(-std::abs(u));
    return (u >= 0.0 ? e : 1.0) / (1.0 + e);
}

double x_log_x(double x)
{
    return x > 0.0 ? x * std::log(x) : 0.0;
}

class Logistic : public Risk {
public:
    using Risk::Risk;

    double value(const Field& f) const override
    {
        const auto loss = [](double u) { return std::log1p(std::exp(-std::abs(u))) + std::fmax(-u, 0.0); };
        return nodes_.weights.dot(nodes_.targets.cwiseProduct(f).unaryExpr(loss));
    }
    Field slope(const Field& f) const override
    {
        const Field miss = nodes_.targets.cwiseProduct(f).unaryExpr(&falling);
        return -nodes_.weights.cwiseProduct(nodes_.targets).cwiseProduct(miss);
    }
    Field curvature(const Field& f, const Field& v) const override
    {
        const Field miss = nodes_.targets.cwiseProduct(f).unaryExpr(&falling);
        return (nodes_.weights.array() * miss.array() * (1.0 - miss.array()) * v.array()).matrix();
    }
    double stiffness(const Field& f) const override
    {
        const Field miss = nodes_.targets.cwiseProduct(f).unaryExpr(&falling);
        return (miss.array() * (1.0 - miss.array())).maxCoeff();
    }
    double conjugate(const Field& r) const override
    {
        const Field q = -(r.array() / (nodes_.weights.array() * nodes_.targets.array())).matrix();
        if (q.minCoeff() < 0.0 || q.maxCoeff() > 1.0) {
            return std::numeric_limits<double>::infinity();
        }
        const auto entropy = [](double p) { return x_log_x(p) + x_log_x(1.0 - p); };
        return nodes_.weights.dot(q.unaryExpr(entropy));
    }
};

const bool registered =
    register_risk<Logistic>("logistic", "sum of w_i log(1 + exp(-y_i f_i)), labels -1 and +1");

}  // namespace
}  // namespace widelimit
