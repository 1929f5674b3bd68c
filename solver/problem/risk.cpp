// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/risk.hpp"

namespace widelimit {

Registry<RiskEntry>& risks()
{
    static Registry<RiskEntry> registry("risk");
    return registry;
}

namespace {

class ScaledDown : public Risk {
public:
    ScaledDown(std::shared_ptr<const Risk> risk, double scale)
        : Risk(risk->nodes()), risk_(std::move(risk)), factor_(1.0 / (scale * scale))
    {}
    double value(const Field& f) const override { return factor_ * risk_->value(f); }
    Field slope(const Field& f) const override { return factor_ * risk_->slope(f); }
    Field curvature(const Field& f, const Field& v) const override
    {
        return factor_ * risk_->curvature(f, v);
    }
    double stiffness(const Field& f) const override { return factor_ * risk_->stiffness(f); }
    double conjugate(const Field& r) const override { return factor_ * risk_->conjugate(r / factor_); }
    bool classifies() const override { return risk_->classifies(); }
    double smoothness() const override { return factor_ * risk_->smoothness(); }
    double log_value(const Field& f) const override { return std::log(factor_) + risk_->log_value(f); }

private:
    std::shared_ptr<const Risk> risk_;
    double factor_;
};

}  // namespace

std::shared_ptr<const Risk> scaled_down(std::shared_ptr<const Risk> risk, double scale)
{
    return std::make_shared<ScaledDown>(std::move(risk), scale);
}

}  // namespace widelimit
