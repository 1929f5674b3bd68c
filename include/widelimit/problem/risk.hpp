// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"

namespace widelimit {

/// What predictions are compared with: one target and one weight a prediction (weights need not sum to one).
struct Nodes {
    Field weights, targets;

    Index size() const { return weights.size(); }
};

/// A convex function R of the whole vector of predictions f (not necessarily a mean of losses).
class Risk {
public:
    explicit Risk(Nodes nodes) : nodes_(std::move(nodes)) {}
    virtual ~Risk() = default;

    virtual double value(const Field& f) const = 0;
    /// r_i = dR/df_i, node weights included.
    virtual Field slope(const Field& f) const = 0;
    /// R''(f) v.
    virtual Field curvature(const Field& f, const Field& v) const = 0;
    /// Largest R''_ii / weight_i at f, which bounds explicit steps.
    virtual double stiffness(const Field& f) const = 0;
    /// Legendre transform R*(r) = sup_f <r, f> - R(f); infinity outside its domain.
    virtual double conjugate(const Field& r) const = 0;
    /// Targets are labels, -1 or +1.
    virtual bool classifies() const { return true; }
    /// Bound of the second derivative of every loss, over all predictions; infinity where there is none, or
    /// where R is not a sum of losses w_i l(f_i).
    virtual double smoothness() const { return std::numeric_limits<double>::infinity(); }

    /// The risk S with the same flow in the soft clock, logarithmic in R where R is small; null if there is
    /// none.
    virtual std::unique_ptr<Risk> softened() const { return nullptr; }
    /// Where this is such an S: log of dt / dt_soft, how much faster the clock of R itself runs. NaN
    /// elsewhere.
    virtual double log_clock(const Field& /*f*/) const { return std::numeric_limits<double>::quiet_NaN(); }
    /// This is such an S.
    virtual bool soft() const { return false; }
    /// log R(f), of an S that of its R: known where R itself is far below the least number.
    virtual double log_value(const Field& f) const { return std::log(value(f)); }

    const Nodes& nodes() const { return nodes_; }

protected:
    Nodes nodes_;
};

struct RiskEntry {
    std::string name, meaning;
    std::function<std::unique_ptr<Risk>(const Settings&, Nodes)> make;
    std::vector<Key> keys = {};
};

Registry<RiskEntry>& risks();

/// R(f) = log sum_i w_i exp(-y_i f_i), the exponential risk in the soft clock.
std::unique_ptr<Risk> make_soft_min(Nodes nodes);

/// R / scale^2.
std::shared_ptr<const Risk> scaled_down(std::shared_ptr<const Risk> risk, double scale);

template <class R>
bool register_risk(const std::string& name, const std::string& meaning)
{
    return risks().add({name,
                        meaning,
                        [](const Settings&, Nodes nodes) { return std::make_unique<R>(std::move(nodes)); },
                        {}});
}

}  // namespace widelimit
