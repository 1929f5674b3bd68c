// SPDX-License-Identifier: BSD-3-Clause
#include "margins.hpp"

#include <cmath>

#include "widelimit/core/log_sum.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/passes.hpp"

namespace widelimit {
namespace {

Field margins(const Look& look)
{
    return look.flow.evaluation().predictions.cwiseProduct(look.flow.problem().risk->nodes().targets);
}

bool classifies(const Look& look)
{
    return look.flow.problem().risk && look.flow.problem().risk->classifies();
}

double whole_mass(const Look& look)
{
    const Layout& layout = look.flow.layout();
    return std::exp(look.state[layout.log_mass()]) * total(layout.measure(look.state));
}

}  // namespace

double margin(const Look& look)
{
    return classifies(look) ? margins(look).minCoeff() / whole_mass(look) : missing;
}

double smooth_margin(const Look& look)
{
    return classifies(look) ? -log_sum_exp(-margins(look)) / whole_mass(look) : missing;
}

double mass_rate(const Look& look)
{
    const GridFlow& flow = look.flow;
    if (flow.problem().growth.kind != Growth::Kind::proportional) {
        return missing;
    }
    const auto masses = flow.layout().measure(look.state);
    return -flow.problem().growth.kappa * masses.dot(flow.evaluation().potential) / masses.sum();
}

double log_risk(const Look& look)
{
    const Risk* risk = look.flow.problem().risk.get();
    return risk && risk->classifies() ? risk->log_value(look.flow.evaluation().predictions) : missing;
}

}  // namespace widelimit
