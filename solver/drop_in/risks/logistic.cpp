// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <limits>

#include "widelimit/core/log_sum.hpp"
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

/// log(log(1 + exp(-u))) of the loss, known where the loss itself is below the least number.
double log_loss(double u)
{
    const double e = std::exp(-std::abs(u));
    if (u < 0.0) {
        return std::log(std::log1p(e) - u);
    }
    return e < 1e-8 ? -u - 0.5 * e : std::log(std::log1p(e));
}

/// Slope over loss, 1 / ((1 + exp u) log(1 + exp(-u))).
double slope_of_log(double u)
{
    const double e = std::exp(-std::abs(u));
    if (u < 0.0) {
        return 1.0 / ((1.0 + e) * (std::log1p(e) - u));
    }
    return e < 1e-8 ? 1.0 - 0.5 * e : e / ((1.0 + e) * std::log1p(e));
}

/// S(f) = log(exp(L) - 1) with L the logistic risk: minus the number that is the loss of y_i f_i at every i
/// if the risk is the same, n weights of sum one. Its flow is that of L in the clock dt_loss = dt / (1 -
/// exp(-L)).
class SoftLogistic : public Risk {
public:
    using Risk::Risk;

    double value(const Field& f) const override
    {
        const double l = log_value(f), risk = std::exp(l);
        return l < -30.0 ? l : risk + std::log(-std::expm1(-risk));
    }
    /// Of the logistic risk.
    double log_value(const Field& f) const override { return log_sum_exp(log_losses(f)); }
    Field slope(const Field& f) const override { return -nodes_.targets.cwiseProduct(pulls(f)); }
    Field curvature(const Field& f, const Field& v) const override
    {
        const Field r = slope(f), hits = margins(f).unaryExpr([](double u) { return falling(-u); });
        const double soft = std::exp(-std::exp(log_value(f)));
        return pulls(f).cwiseProduct(hits).cwiseProduct(v) - soft * r.dot(v) * r;
    }
    double stiffness(const Field& f) const override
    {
        return pulls(f).cwiseQuotient(nodes_.weights).maxCoeff();
    }
    /// Not known in closed form, and no certificate needs it.
    double conjugate(const Field&) const override { return std::numeric_limits<double>::infinity(); }
    bool soft() const override { return true; }
    double log_clock(const Field& f) const override { return std::exp(log_value(f)) - value(f); }

private:
    Field margins(const Field& f) const { return nodes_.targets.cwiseProduct(f); }
    Field log_losses(const Field& f) const
    {
        return nodes_.weights.array().log() + margins(f).unaryExpr(&log_loss).array();
    }
    /// Those of L over 1 - exp(-L), from the shares of the data in L: differences of large numbers, taken
    /// once.
    Field pulls(const Field& f) const
    {
        const double risk = std::exp(log_value(f));
        const double factor = risk < 1e-8 ? 1.0 + 0.5 * risk : -risk / std::expm1(-risk);
        return factor * softmax(log_losses(f)).cwiseProduct(margins(f).unaryExpr(&slope_of_log));
    }
};

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
    double smoothness() const override { return 0.25; }
    std::unique_ptr<Risk> softened() const override { return std::make_unique<SoftLogistic>(nodes_); }
    double conjugate(const Field& r) const override
    {
        const Field q = -(r.array() / (nodes_.weights.array() * nodes_.targets.array())).matrix();
        if (q.minCoeff() < 0.0 || q.maxCoeff() > 1.0) {
            return std::numeric_limits<double>::infinity();
        }
        const auto entropy = [](double p) {
            return x_log_x(p) + (p < 1.0 ? (1.0 - p) * std::log1p(-p) : 0.0);
        };
        return nodes_.weights.dot(q.unaryExpr(entropy));
    }
};

const bool logistic_risk_registered =
    register_risk<Logistic>("logistic", "sum of w_i log(1 + exp(-y_i f_i)), labels -1 and +1");

}  // namespace
}  // namespace widelimit
