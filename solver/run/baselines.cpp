// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/baselines.hpp"

#include <fmt/format.h>

#include <cmath>

#include "widelimit/certificate/baselines.hpp"
#include "widelimit/io/atomic_file.hpp"
#include "widelimit/run/certify.hpp"

namespace widelimit {
namespace {

/// f = (1 / N) sum_j c_j phi_j over the N sites, |nu| = (1 / N) sum |c_j|, and ridge / 2 (1 / N) sum c_j^2:
/// with w = c / sqrt N neither step lengths nor rates depend on how fine the grid is.
FrozenNeurons frozen_neurons(const Problem& problem, const FreeEnergy& energy, double ridge)
{
    FrozenNeurons neurons;
    const double root = std::sqrt(static_cast<double>(energy.layout().sites()));
    neurons.risk = problem.risk.get();
    neurons.columns = energy.sign(0) / root * energy.features_at_sites().transpose();
    neurons.l1 = penalty_of(problem) / root;
    neurons.l2 = ridge;
    neurons.both_signs = problem.amplitude == Amplitude::signs;
    neurons.start = problem.initial.mass * root;
    return neurons;
}

}  // namespace

std::string no_baselines(const Problem& problem, double ridge)
{
    if (!problem.features || problem.interaction || problem.warm() ||
        problem.growth.kind != Growth::Kind::proportional || !(problem.confinement->stiffness() == 0.0)) {
        return "baselines are for networks on data whose neurons all have the same penalty, with a mass that "
               "is free to change";
    }
    if (!std::isfinite(problem.risk->smoothness())) {
        return "baselines need a sum of losses of bounded curvature: the risk square or logistic";
    }
    return penalty_of(problem) > 0.0 || ridge > 0.0 ? "" : "baselines need problem.decay or a ridge above 0";
}

void run_baselines(const Case& c, const std::string& directory, const Look& end, Summary& summary)
{
    const BaselineOptions& options = *c.output.baselines;
    const FrozenNeurons neurons = frozen_neurons(c.problem, end.flow.energy(), options.ridge);
    const double least = neurons.least();
    Matrix gaps(options.passes + 1, static_cast<Index>(options.methods.size()));
    std::string table = "pass";
    for (std::size_t k = 0; k < options.methods.size(); ++k) {
        const std::string& method = options.methods[k];
        const Baseline found = run_baseline(method, neurons, least, options.passes, options.seed);
        gaps.col(static_cast<Index>(k)) = found.gaps;
        table += "," + method;
        summary.metrics["baseline." + method] = found.gaps[options.passes];
        summary.metrics["baseline_factor." + method] = found.observed;
        summary.metrics["baseline_promise." + method] = found.promised;
    }
    summary.metrics["baseline_optimum"] = least;
    table += "\n";
    for (Index pass = 0; pass <= options.passes; ++pass) {
        table += fmt::format("{}", pass);
        for (const double gap : gaps.row(pass)) {
            table += fmt::format(",{}", gap);
        }
        table += "\n";
    }
    write_atomically(directory + "/baselines.csv", table);
}

}  // namespace widelimit
