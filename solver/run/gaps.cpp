// SPDX-License-Identifier: BSD-3-Clause
#include "gaps.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/numbers.hpp"
#include "widelimit/energy/discrepancy.hpp"
#include "widelimit/problem/distance.hpp"

namespace widelimit {
namespace {

/// log of the sum of exponentials.
double log_total(const Field& logs)
{
    const double highest = logs.maxCoeff();
    return highest + std::log((logs.array() - highest).exp().sum());
}

/// sum p (log p - log q) over all cells of all signs, both normalised here; a cell without mass counts 0.
double divergence(const Look& look, const Field& log_law)
{
    const Layout& layout = look.flow.layout();
    const double log_whole = log_total(log_law);
    const double mass = layout.measure(look.state).sum();
    double sum = 0.0;
    for (Index c = 0; c < layout.channels; ++c) {
        const auto masses = layout.channel(look.state, c);
        for (Index i = 0; i < layout.cells; ++i) {
            const double p = masses[i] / mass;
            sum += p > 0.0 ? p * (std::log(p) - (log_law[c * layout.cells + i] - log_whole)) : 0.0;
        }
    }
    return sum;
}

bool is_density(const Look& look)
{
    return look.flow.temperature() > 0.0 && look.flow.grid().points() == 0 && !look.flow.problem().internal;
}

double weighted(const Look& look, double divergence)
{
    const Layout& layout = look.flow.layout();
    const double mass = std::exp(look.state[layout.log_mass()]) * layout.measure(look.state).sum();
    return mass * look.flow.temperature() * divergence;
}

}  // namespace

double local_gap(const Look& look)
{
    if (!is_density(look)) {
        return missing;
    }
    const Layout& layout = look.flow.layout();
    Field log_law(layout.cells * layout.channels);
    for (Index c = 0; c < layout.channels; ++c) {
        auto law = log_law.segment(c * layout.cells, layout.cells);
        law = look.flow.grid().volumes().head(layout.cells).array().log() -
              look.flow.driving_potential(c).head(layout.cells).array() / look.flow.temperature();
        if (look.flow.problem().growth.kind == Growth::Kind::none) {
            // Nothing passes from one sign to the other: the gap is that among measures with these masses.
            const double share = layout.channel(look.state, c).sum() / layout.measure(look.state).sum();
            law.array() += std::log(share) - log_total(law);
        }
    }
    return weighted(look, divergence(look, log_law));
}

double minimiser_gap(const Look& look)
{
    const Layout& layout = look.flow.layout();
    const Exact* exact = look.flow.problem().exact.get();
    if (!is_density(look) || exact == nullptr) {
        return missing;
    }
    Field log_law(layout.cells * layout.channels);
    for (Index c = 0; c < layout.channels; ++c) {
        const Field masses =
            minimiser_masses(look.flow.problem(), look.flow.grid(), look.flow.energy().sign(c));
        if (!masses.allFinite()) {
            return missing;
        }
        log_law.segment(c * layout.cells, layout.cells) = masses.array().max(1e-300).log();
    }
    return weighted(look, divergence(look, log_law));
}

namespace {

/// What mu is compared with, seen by the distance as kernel; null where there is no such comparison.
std::shared_ptr<const Interaction> compared(const Problem& problem)
{
    Interaction with;
    if (problem.reference) {
        for (std::size_t k = 0; k < problem.coordinates.size(); ++k) {
            with.on.push_back(static_cast<Index>(k));
        }
        with.law = problem.reference;
        with.mass = problem.initial.mass;
    } else if (problem.interaction && (problem.interaction->law || problem.interaction->atoms.rows() > 0)) {
        with = *problem.interaction;
    } else {
        return nullptr;
    }
    std::vector<Coordinate> on;
    for (const Index k : with.on) {
        on.push_back(problem.coordinates[static_cast<std::size_t>(k)]);
    }
    with.kernel = make_distance(on);
    return with.kernel ? std::make_shared<Interaction>(std::move(with)) : nullptr;
}

}  // namespace

double mmd(const Look& look)
{
    Problem problem = look.flow.problem();
    const Grid& grid = look.flow.grid();
    problem.interaction = compared(problem);
    const auto even = [&](Index k) { return grid.axes()[static_cast<std::size_t>(k)].even; };
    if (!problem.interaction || grid.points() > 0 || grid.sphere() ||
        !std::all_of(problem.interaction->on.begin(), problem.interaction->on.end(), even)) {
        return missing;
    }
    Field psi;
    const Discrepancy distance(problem, grid, look.flow.layout(), false);
    return std::sqrt(2.0 * std::max(0.0, distance.evaluate(look.state, psi)));
}

double excess(const Look& look)
{
    const Exact* exact = look.flow.problem().exact.get();
    return exact == nullptr ? missing : look.flow.evaluation().objective() - exact->least_objective();
}

}  // namespace widelimit
