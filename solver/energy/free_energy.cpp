// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/free_energy.hpp"

#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"

namespace widelimit {

FreeEnergy::FreeEnergy(const Problem& problem, const Grid& grid)
    : problem_(&problem), grid_(&grid), signs_(problem.signs())
{
    layout_ = {grid.cells(), grid.points(), static_cast<Index>(signs_.size())};
    const Matrix& sites = grid.coordinates();
    confinement_ = problem.confinement->value(sites);
    mobility_ = problem.mobility ? problem.mobility(sites) : Field::Ones(sites.cols());
    if (problem.frozen) {
        mobility_.setZero();
    }
    if (has_data()) {
        interruption_point();
        features_ = problem.values(sites);
        interruption_point();
        measure_response();
    }
}

Field FreeEnergy::moment(const Field& state) const
{
    Field moment = Field::Zero(layout_.sites());
    for (Index c = 0; c < layout_.channels; ++c) {
        moment += sign(c) * layout_.channel(state, c);
    }
    return moment * std::exp(state[layout_.log_mass()]);
}

Field FreeEnergy::predictions(const Field& state) const
{
    const Field moments = moment(state);
    Field f = Field::Zero(features_.cols());
    add_blocks(
        blocks(),
        [&](Index first, Index count, Field& term) {
            term.noalias() += features_.middleRows(first, count).transpose() * moments.segment(first, count);
        },
        f);
    return f;
}

/// A block is some 50 microseconds of multiplications.  Four of them are worth a second thread; less is one
/// block.
Blocks FreeEnergy::blocks() const
{
    constexpr Index products = 1 << 16;
    const Index nodes = std::max<Index>(1, features_.cols());
    const Index size = std::clamp<Index>(products / nodes, 64, 4096);
    return {layout_.sites(), layout_.sites() <= 3 * size ? std::max<Index>(1, layout_.sites()) : size, 4};
}

Field FreeEnergy::pull(const Field& slope) const
{
    Field pull = Field::Zero(layout_.sites());
    if (has_data()) {
        for_each_block(blocks(), [&](Index first, Index count) {
            pull.segment(first, count).noalias() += features_.middleRows(first, count) * slope;
        });
    }
    return pull;
}

void FreeEnergy::potential(const Field& slope, Field& psi) const
{
    psi.resize(layout_.masses());
    const Field pulled = pull(slope);
    for (Index c = 0; c < layout_.channels; ++c) {
        psi.segment(c * layout_.sites(), layout_.sites()) = sign(c) * pulled + confinement_;
    }
}

namespace {

/// sum of m log(m / volume) over the cells of a channel.
double entropy_of(Eigen::Ref<const Field> masses, const Grid& grid)
{
    double sum = 0.0;
    for (Index i = 0; i < grid.cells(); ++i) {
        sum += masses[i] > 0.0 ? masses[i] * std::log(masses[i] / grid.volumes()[i]) : 0.0;
    }
    return sum;
}

}  // namespace

void FreeEnergy::evaluate(const Field& state, Evaluation& out) const
{
    const double log_mass = state[layout_.log_mass()];
    const double mass = std::exp(log_mass);
    out.risk = out.confinement = out.entropy = 0.0;
    if (has_data()) {
        out.predictions = predictions(state);
        out.slope = problem_->risk->slope(out.predictions);
        out.risk = problem_->risk->value(out.predictions);
    }
    potential(out.slope, out.potential);
    for (Index c = 0; c < layout_.channels; ++c) {
        const Field masses = layout_.channel(state, c);
        out.confinement += mass * confinement_.dot(masses);
        if (temperature() > 0.0) {
            out.entropy += temperature() * mass * (entropy_of(masses, *grid_) + log_mass * masses.sum());
        }
    }
}

/// Per site: sum_i w_i (kappa phi_i^2 + M |grad phi_i|^2), the gradient as the largest quotient over a face.
void FreeEnergy::measure_response()
{
    const Field& weights = problem_->risk->nodes().weights;
    const Field growth = problem_->growth.kappa * features_.array().square().matrix() * weights;
    Field slopes = Field::Zero(layout_.sites());
    const auto quotient = [&](Index a, Index b, double distance) {
        const auto difference = (features_.row(b) - features_.row(a)).transpose().array() / distance;
        const double mobility = 0.5 * (mobility_[a] + mobility_[b]);
        const double square = mobility * (weights.array() * difference.square()).sum();
        slopes[a] = std::max(slopes[a], square);
        slopes[b] = std::max(slopes[b], square);
    };
    for_each_face(*grid_, [&](Index, Index a, Index b, Index geometry, int) {
        quotient(a, b, grid_->distances()[geometry]);
    });
    for (const PointCell& point : grid_->point_cells()) {
        quotient(point.site, point.left, point.reach_left);
        quotient(point.site, point.right, point.reach_right);
    }
    response_ = growth + slopes;
}

double FreeEnergy::response(const Field& state, const Field& predictions) const
{
    if (!has_data()) {
        return 0.0;
    }
    double sum = 0.0;
    for (Index c = 0; c < layout_.channels; ++c) {
        sum += sign(c) * sign(c) * response_.dot(layout_.channel(state, c).cwiseAbs());
    }
    return sum * std::exp(state[layout_.log_mass()]) * problem_->risk->stiffness(predictions);
}

Field base_law(const Problem& problem, const Grid& grid, const Layout& layout)
{
    expects(grid.rank() == 1 && problem.initial.laws.size() == 1, "one coordinate and one law for it");
    const Law& law = *problem.initial.laws.front();
    Field state = Field::Zero(layout.size());
    for (Index c = 0; c < layout.channels; ++c) {
        auto channel = layout.channel(state, c);
        for (Index i = 0; i < grid.cells(); ++i) {
            channel[i] = std::max(0.0, law.cdf(grid.upper(i)) - law.cdf(grid.lower(i)));
        }
    }
    const double inside = layout.measure(state).sum() / static_cast<double>(layout.channels);
    if (!(inside > 0.5)) {
        throw ConfigError("the grid holds only " + std::to_string(inside) + " of the initial law's mass");
    }
    layout.measure(state) /= layout.measure(state).sum();
    return state;
}

Field initial_state(const Problem& problem, const Grid& grid, const Layout& layout)
{
    Field state = base_law(problem, grid, layout);
    if (problem.growth.kind == Growth::Kind::linear) {
        return Field::Zero(layout.size());
    }
    state[layout.log_mass()] = std::log(problem.initial.mass);
    return state;
}

}  // namespace widelimit
