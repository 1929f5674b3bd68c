// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/certify.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "widelimit/certificate/dual_bound.hpp"
#include "widelimit/certificate/fixed_mass.hpp"
#include "widelimit/core/error.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/passes.hpp"
#include "widelimit/core/sphere.hpp"
#include "widelimit/core/stream.hpp"

namespace widelimit {
double penalty_of(const Problem& problem)
{
    return problem.confinement->value(Matrix::Zero(static_cast<Index>(problem.coordinates.size()), 1))[0];
}

namespace {

/// V may not depend on the place: a cost of the total variation.
bool constant_penalty(const Problem& problem)
{
    const Matrix places = Matrix::Random(static_cast<Index>(problem.coordinates.size()), 16);
    const Field v = problem.confinement->value(places);
    return v.minCoeff() == v.maxCoeff();
}

/// Neither growth nor decay of the whole: the mass is that of the start, the penalty a function of the place.
bool fixed_mass(const Problem& problem)
{
    return problem.growth.kind == Growth::Kind::none || problem.growth.kind == Growth::Kind::mean_preserving;
}

double mass_of(const Look& look)
{
    const Layout& layout = look.flow.layout();
    return std::exp(look.state[layout.log_mass()]) * total(layout.measure(look.state));
}

const Field& targets_of(const Problem& problem)
{
    return problem.risk->nodes().targets;
}

/// F, the margin or the norm of predictions with a norm.
double reached_by(const Problem& problem, Optimum kind, const Field& f, double norm)
{
    switch (kind) {
        case Optimum::objective:
            return problem.risk->value(f) + penalty_of(problem) * norm;
        case Optimum::margin:
            return f.cwiseProduct(targets_of(problem)).minCoeff() / norm;
        default:
            return norm;
    }
}

Bracket optimum_of(const Problem& problem, const Units& units, Optimum kind, const SparseNetwork& start)
{
    switch (kind) {
        case Optimum::objective:
            return least_penalised(*problem.risk, units, penalty_of(problem), start);
        case Optimum::margin:
            return largest_margin(targets_of(problem), units);
        default:
            return least_norm(targets_of(problem), units);
    }
}

}  // namespace

std::string no_certificate(const Problem& problem)
{
    if (!problem.features || !problem.risk || problem.interaction || problem.internal) {
        return "certificates are for networks on data";
    }
    if (problem.warm()) {
        return "certificates are for temperature 0; local_gap bounds the excess of noisy flows";
    }
    if (fixed_mass(problem)) {
        return no_infimum(problem);
    }
    if (problem.growth.kind != Growth::Kind::proportional || !constant_penalty(problem)) {
        return "certificates are for a free mass with its variation norm as penalty (train = [\"input\", "
               "\"output\"], start = \"balanced\") and for a fixed mass with problem.decay > 0";
    }
    return make_units(problem) ? ""
                               : "certificates are for positively homogeneous units on a circle or on S^2";
}

Optimum certified_optimum(const Problem& problem)
{
    return fixed_mass(problem) || penalty_of(problem) > 0.0 ? Optimum::objective
           : problem.risk->classifies()                     ? Optimum::margin
                                                            : Optimum::norm;
}

double Certificate::gap() const
{
    if (unattained()) {
        return missing;
    }
    switch (kind) {
        case Optimum::objective:
            return (reached - std::max(bound, optimum.low)) / std::abs(reached);
        case Optimum::margin:
            return (std::min(bound, optimum.high) - reached) / std::min(bound, optimum.high);
        default:
            return (reached - optimum.low) / reached;
    }
}

namespace {

/// Of infima of psi, absolute.
double precision(double objective)
{
    return 1e-11 * std::abs(objective);
}

/// Mean of psi over the neurons of a sign (0: all), and of its distance to that.
std::pair<double, double> potential_over(const Look& look, int sign)
{
    Field masses = look.flow.layout().measure(look.state);
    const Index sites = look.flow.layout().sites();
    if (sign != 0) {
        masses.segment(sign > 0 ? sites : 0, sites).setZero();
    }
    const Field& psi = look.flow.evaluation().potential;
    const double mean = masses.dot(psi) / masses.sum();
    return {mean, masses.dot((psi.array() - mean).abs().matrix()) / masses.sum()};
}

Certificate certify_fixed_mass(const Look& look)
{
    const Problem& problem = look.flow.problem();
    const auto& now = look.flow.evaluation();
    const FixedMassBound bound = fixed_mass_bound(problem, now.slope, precision(now.objective()));
    Certificate certificate;
    certificate.fixed_mass = true;
    certificate.risk = now.risk;
    certificate.reached = now.objective();
    certificate.bound = bound.value;
    certificate.least_potential = infinite;
    const std::vector<FixedMass> fixed = fixed_masses(problem);
    for (std::size_t k = 0; k < fixed.size(); ++k) {
        const auto [mean, spread] = potential_over(look, fixed[k].sign);
        certificate.least_potential = std::min(certificate.least_potential, bound.infima[k].low - mean);
        certificate.support_potential += spread * fixed[k].mass / problem.initial.mass;
    }
    const SparseNetwork found = clusters(look.flow.energy(), look.state);
    certificate.clusters = found.size();
    certificate.clusters_reached = fixed_mass_objective(problem, found);
    certificate.optimum = least_of_fixed_mass(problem, found);
    return certificate;
}

}  // namespace

double certified_gap(const Look& look)
{
    const Problem& problem = look.flow.problem();
    if (!no_certificate(problem).empty() || certified_optimum(problem) != Optimum::objective) {
        return missing;
    }
    const auto& now = look.flow.evaluation();
    if (fixed_mass(problem)) {
        const double bound = fixed_mass_bound(problem, now.slope, precision(now.objective())).value;
        return (now.objective() - bound) / std::abs(now.objective());
    }
    const double bound = penalised_bound(*problem.risk, *make_units(problem), penalty_of(problem), now.slope);
    return (now.objective() - bound) / std::abs(now.objective());
}

double state_margin_bound(const Look& look)
{
    const Problem& problem = look.flow.problem();
    if (!no_certificate(problem).empty() || certified_optimum(problem) != Optimum::margin) {
        return missing;
    }
    const Field weights = look.flow.evaluation().slope.cwiseAbs();
    if (!(weights.maxCoeff() > 0.0)) {
        return missing;
    }
    // Softer weights, exp(-y f / T), are as good a proof; at large masses those of T = 1 sit on single data.
    const std::unique_ptr<Units> units = make_units(problem);
    double least = infinite;
    for (double softness = 1.0; softness <= 4096.0; softness *= 4.0) {
        const Field soft = (weights / weights.maxCoeff()).array().pow(1.0 / softness);
        least = std::min(least, margin_bound(targets_of(problem), *units, soft));
    }
    return least;
}

Certificate certify(const Look& look)
{
    const Problem& problem = look.flow.problem();
    const std::string refusal = no_certificate(problem);
    if (!refusal.empty()) {
        throw ConfigError(refusal);
    }
    if (fixed_mass(problem)) {
        return certify_fixed_mass(look);
    }
    const std::unique_ptr<Units> units = make_units(problem);
    const auto& now = look.flow.evaluation();
    const double mass = mass_of(look), penalty = penalty_of(problem);
    Certificate certificate;
    certificate.kind = certified_optimum(problem);
    certificate.risk = now.risk;
    certificate.reached = reached_by(problem, certificate.kind, now.predictions, mass);
    certificate.least_potential = penalty - units->supremum(-now.slope);
    const auto masses = look.flow.layout().measure(look.state);
    certificate.support_potential = masses.dot(now.potential.cwiseAbs()) / masses.sum();
    const SparseNetwork found = clusters(look.flow.energy(), look.state);
    certificate.clusters = found.size();
    certificate.clusters_reached =
        reached_by(problem, certificate.kind, found.predictions(*units), found.norm());
    certificate.optimum = optimum_of(problem, *units, certificate.kind, found);
    const double bound = certificate.kind == Optimum::objective
                             ? penalised_bound(*problem.risk, *units, penalty, now.slope)
                             : state_margin_bound(look);
    certificate.bound = certificate.kind == Optimum::norm ? certificate.optimum.low : bound;
    return certificate;
}

Field least_by_width(const Problem& problem, Index width)
{
    return least_of_widths(*problem.risk, *make_arc_units(problem), penalty_of(problem), width).least;
}

SparseNetwork sampled(const FreeEnergy& energy, const Field& state, Index width, std::uint64_t seed)
{
    const Grid& grid = energy.grid();
    const Layout& layout = energy.layout();
    const Field masses = layout.measure(state);
    const double sum = masses.sum(), mass = std::exp(state[layout.log_mass()]) * sum;
    SparseNetwork network;
    for (Index j = 0; j < width; ++j) {
        const Stream stream(seed, static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(j));
        double rest = stream.uniform(0) * sum;
        Index site = 0;
        while (site + 1 < masses.size() && rest > masses[site]) {
            rest -= masses[site++];
        }
        const Index place = site % layout.sites();
        Field neuron = grid.coordinates().col(place);
        if (grid.sphere()) {
            neuron = place_in_cell(grid, place, stream.uniform(1), stream.uniform(2));
        }
        for (Index k = 0; !grid.sphere() && place < grid.cells() && k < grid.rank(); ++k) {
            const double low = grid.lower(place, k), high = grid.upper(place, k);
            neuron[k] = low + stream.uniform(static_cast<std::uint64_t>(k) + 1) * (high - low);
        }
        const double sign = energy.sign(site / layout.sites()) < 0.0 ? -1.0 : 1.0;
        network.add(neuron, sign * mass / static_cast<double>(width));
    }
    return network;
}

}  // namespace widelimit
