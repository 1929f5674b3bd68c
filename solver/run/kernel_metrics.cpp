// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_metrics.hpp"

#include <cmath>

#include "test_data.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/run/kernel_regime.hpp"

namespace widelimit {
namespace {

/// (int c^2 dlaw)^(1/2) of the linear growth law.
double output_norm(const Look& look)
{
    const Problem& problem = look.flow.problem();
    if (problem.growth.kind != Growth::Kind::linear) {
        return missing;
    }
    const Layout& layout = look.flow.layout();
    const Field law = base_law(problem, look.flow.grid(), layout);
    const double mass = std::exp(look.state[layout.log_mass()]);
    double sum = 0.0;
    for (Index i = 0; i < layout.masses(); ++i) {
        sum += law[i] > 0.0 ? mass * mass * look.state[i] * look.state[i] / law[i] : 0.0;
    }
    return std::sqrt(sum);
}

double kernel_norm(const Look& look)
{
    return look.kernel == nullptr ? missing : look.kernel->norm(look.flow.evaluation().predictions);
}

double kernel_margin(const Look& look)
{
    if (look.kernel == nullptr || !look.kernel->has_machine()) {
        return missing;
    }
    const Field& f = look.flow.evaluation().predictions;
    return f.cwiseProduct(look.flow.problem().risk->nodes().targets).minCoeff() / look.kernel->norm(f);
}

double kernel_gap_times_norm(const Look& look)
{
    const double margin = kernel_margin(look);
    return std::isnan(margin) ? missing : (look.kernel->machine().margin - margin) * kernel_norm(look);
}

double tangent_distance(const Look& look)
{
    if (look.kernel == nullptr) {
        return missing;
    }
    const Field away = look.flow.evaluation().predictions - look.kernel->linearised();
    return away.norm() / std::sqrt(static_cast<double>(away.size()));
}

double error_on_test(const Look& look)
{
    if (look.of == nullptr || !look.of->test) {
        return missing;
    }
    const Base& base = look.flow.energy().base();
    const Field f = test_predictions(look.flow.problem(), *look.of->data, *look.of->test, base.points(),
                                     base.moment(look.state));
    return test_error(*look.of->data, *look.of->test, f);
}

}  // namespace

std::map<std::string, StateMetric> kernel_metrics()
{
    return {
        {"test_error",
         {"share of test data with the wrong label, or their mean square error (data.test)", error_on_test}},
        {"output_norm", {"(int c^2 dlaw)^(1/2) of output weights c on fixed directions", output_norm}},
        {"kernel_norm",
         {"norm of the predictions for the tangent kernel at the start (output.kernel)", kernel_norm}},
        {"kernel_margin", {"min_i y_i f_i over that norm", kernel_margin}},
        {"kernel_gap_times_norm",
         {"(largest kernel margin - kernel margin) times that norm, which tends to a constant for the output "
          "weights alone",
          kernel_gap_times_norm}},
        {"tangent_distance",
         {"rms distance of the predictions to those of the flow that is linearised at its start",
          tangent_distance}},
    };
}

}  // namespace widelimit
