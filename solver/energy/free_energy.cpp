// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/energy/free_energy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/passes.hpp"
#include "widelimit/core/products.hpp"

namespace widelimit {

namespace {

Layout layout_of(const Problem& problem, const Grid& grid)
{
    return {grid.cells(), grid.points(), static_cast<Index>(problem.signs().size())};
}

/// One row a direction; on a mesh without axes the first row serves all.
std::vector<Field> mobilities(const Problem& problem, const Grid& grid)
{
    const Matrix& sites = grid.coordinates();
    std::vector<Field> fields(static_cast<std::size_t>(grid.directions()),
                              problem.frozen ? Field::Zero(sites.cols()) : Field::Ones(sites.cols()));
    if (problem.mobility && !problem.frozen) {
        const Matrix values = problem.mobility->value(sites);
        for (std::size_t k = 0; k < fields.size(); ++k) {
            fields[k] = values.row(std::min(static_cast<Index>(k), values.rows() - 1)).transpose();
        }
    }
    return fields;
}

/// By Gauss's rule of three points an axis (order 6).
Field cell_means(const ScalarField& field, const Grid& grid)
{
    const std::array<double, 3> places = {-std::sqrt(0.15), 0.0, std::sqrt(0.15)};
    const std::array<double, 3> weights = {5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0};
    expects(grid.points() == 0, "cells alone");
    const Index rank = grid.rank();
    const auto nodes = static_cast<Index>(std::llround(std::pow(3.0, static_cast<double>(rank))));
    Field mean = Field::Zero(grid.cells());
    for (Index node = 0; node < nodes; ++node) {
        Matrix points = grid.coordinates();
        double weight = 1.0;
        Index rest = node;
        for (Index k = 0; k < rank; ++k, rest /= 3) {
            const auto place = static_cast<std::size_t>(rest % 3);
            weight *= weights[place];
            for (Index i = 0; i < grid.cells(); ++i) {
                points(k, i) += places[place] * (grid.upper(i, k) - grid.lower(i, k));
            }
        }
        mean += weight * field.value(points);
    }
    return mean;
}

/// Of a function at the sites, of a law the mean density of the cells.
Field log_reference_of(const Problem& problem, const Grid& grid)
{
    if (problem.reference) {
        const Field density =
            cell_masses(*problem.reference, grid).cwiseQuotient(grid.volumes().head(grid.cells()));
        if (grid.points() > 0 || !(density.minCoeff() > 0.0)) {
            throw ConfigError("problem.reference: the law must have mass in every cell of the grid");
        }
        return density.array().log();
    }
    const Matrix& sites = grid.coordinates();
    return problem.log_reference ? problem.log_reference->value(sites) : Field::Zero(sites.cols());
}

}  // namespace

FreeEnergy::FreeEnergy(const Problem& problem, const Grid& grid, bool means)
    : problem_(&problem),
      grid_(&grid),
      layout_(layout_of(problem, grid)),
      signs_(problem.signs()),
      base_(problem, grid, layout_),
      mobility_(mobilities(problem, grid))
{
    const Matrix& sites = grid.coordinates();
    confinement_ = means ? cell_means(*problem.confinement, grid) : problem.confinement->value(sites);
    confined_ = (confinement_.array() != 0.0).any();
    log_reference_ = log_reference_of(problem, grid);
    if ((log_reference_.array() != 0.0).any()) {
        reference_ = log_reference_.array().exp();
    }
    if (has_data()) {
        interruption_point();
        if (base_.size() * nodes() <= most_held) {
            features_ = problem.features->values(base_.points());
            interruption_point();
        }
        find_sums();
        measure_response();
    }
    if (problem.interaction) {
        discrepancy_.emplace(problem, grid, layout_, means);
    }
    if (rounds() && confined_) {
        rounded_confinement_ = confinement_.cast<float>();
    }
}

Matrix FreeEnergy::features_at_sites() const
{
    const Matrix features = held() ? features_ : problem_->features->values(base_.points());
    Matrix values(layout_.sites(), features.cols());
    for (Index node = 0; node < features.cols(); ++node) {
        values.col(node) = base_.at_sites(features.col(node), 1);
    }
    return values;
}

template <class Use>
void FreeEnergy::with_features(Index first, Index count, const Use& use) const
{
    if (held()) {
        use(features_.middleRows(first, count));
    } else {
        use(problem_->features->values(base_.points().middleCols(first, count)));
    }
}

void FreeEnergy::find_sums()
{
    if (!problem_->features->sums_pay(base_.size())) {
        return;
    }
    const bool lines = !grid_->axes().empty() && grid_->points() == 0 && grid_->axes().back().even;
    sums_ = problem_->features->sums(base_.points(), lines ? grid_->axes().back().cells() : 0);
}

Field FreeEnergy::predictions(const Field& state) const
{
    const Field moments = base_.moment(state);
    if (sums_) {
        return sums_->push(moments);
    }
    Field f = Field::Zero(nodes());
    add_blocks(
        blocks(),
        [&](Index first, Index count, Field& term) {
            if (held()) {
                term += transposed_product(features_.middleRows(first, count), moments.segment(first, count));
            } else {
                problem_->features->push(base_.points().middleCols(first, count),
                                         moments.segment(first, count), term);
            }
        },
        f);
    return f;
}

double FreeEnergy::round_off(const Field& state, const Evaluation& at) const
{
    if (!has_data()) {
        return 0.0;
    }
    const Field moments = base_.absolute_moment(state);
    Field size = Field::Zero(nodes());
    add_blocks(
        blocks(),
        [&](Index first, Index count, Field& term) {
            with_features(first, count, [&](const auto& features) {
                term.noalias() += features.cwiseAbs().transpose() * moments.segment(first, count);
            });
        },
        size);
    const Field error = std::numeric_limits<double>::epsilon() * size;
    return at.slope.cwiseAbs().dot(error) + 0.5 * problem_->risk->stiffness(at.predictions) *
                                                problem_->risk->nodes().weights.dot(error.cwiseAbs2());
}

/// A block is some 50 microseconds of multiplications.  Four of them are worth a second thread; less is one
/// block.
Blocks FreeEnergy::blocks() const
{
    constexpr Index products = 1 << 16;
    const Index size = std::clamp<Index>(products / std::max<Index>(1, has_data() ? nodes() : 1), 64, 4096);
    return {base_.size(), base_.size() <= 3 * size ? std::max<Index>(1, base_.size()) : size, 4};
}

Field FreeEnergy::pull(const Field& slope) const
{
    if (sums_) {
        return sums_->pull(slope);
    }
    Field pull = Field::Zero(base_.size());
    for_each_block(blocks(), [&](Index first, Index count) {
        if (held()) {
            add_product(features_.middleRows(first, count), slope, pull.segment(first, count));
        } else {
            pull.segment(first, count) =
                problem_->features->pulled(base_.points().middleCols(first, count), slope);
        }
    });
    return pull;
}

void FreeEnergy::potential(const Field& slope, Field& psi) const
{
    psi.resize(layout_.masses());
    for_each_block(blocks_of_values(psi.size()),
                   [&](Index first, Index count) { psi.segment(first, count).setZero(); });
    add_potential(slope, psi);
}

void FreeEnergy::add_potential(const Field& slope, Field& psi) const
{
    for (Index c = 0; confined_ && c < layout_.channels; ++c) {
        for_each_block(blocks_of_values(layout_.sites()), [&](Index first, Index count) {
            layout_.channel(psi, c).segment(first, count) += confinement_.segment(first, count);
        });
    }
    if (has_data()) {
        base_.spread(pull(slope), psi);
    }
}

void FreeEnergy::evaluate(const Field& state, double t, Evaluation& out, Rounded* rounded) const
{
    const double log_mass = state[layout_.log_mass()];
    const double mass = std::exp(log_mass);
    out.risk = out.discrepancy = out.confinement = out.internal = out.entropy = out.entropy_size = 0.0;
    out.temperature = temperature(t);
    if (has_data()) {
        out.predictions = predictions(state);
        out.slope = problem_->risk->slope(out.predictions);
        out.risk = problem_->risk->value(out.predictions);
    }
    if (rounded != nullptr) {
        out.discrepancy = evaluate(state, *rounded);
        out.potential.resize(layout_.masses());
        for_each_block(blocks_of_values(layout_.masses()), [&](Index first, Index count) {
            out.potential.segment(first, count) = rounded->psi.segment(first, count).cast<double>();
        });
    } else if (discrepancy_) {
        out.discrepancy = discrepancy_->evaluate(state, out.potential);
        add_potential(out.slope, out.potential);
    } else {
        potential(out.slope, out.potential);
    }
    for (Index c = 0; confined_ && c < layout_.channels; ++c) {
        out.confinement += mass * dot(confinement_, layout_.channel(state, c));
    }
    if (problem_->internal) {
        out.internal = internal(state);
    }
    if (problem_->warm()) {
        out.entropy = mass * (entropy(state) + log_mass * total(layout_.measure(state)));
        // A density of 1 has no entropy but round-off of its mass: log(1 + e) = e.
        out.entropy_size = std::abs(out.entropy) + mass * (1.0 + std::abs(log_mass));
    }
}

double FreeEnergy::evaluate(const Field& state, Rounded& out) const
{
    const double discrepancy = discrepancy_->evaluate(state, out);
    if (confined_) {
        for_each_block(blocks_of_values(layout_.masses()), [&](Index first, Index count) {
            out.psi.segment(first, count) += rounded_confinement_.segment(first, count);
        });
    }
    return discrepancy;
}

template <class Real>
void FreeEnergy::rows_with(const Eigen::VectorX<Real>& confinement, Index first, Index count, Real* psi) const
{
    discrepancy_->rows(first, count, psi);
    if (confined_) {
        const Index row = grid_->axes().back().cells();
        Eigen::Map<Eigen::VectorX<Real>>(psi, count * row) += confinement.segment(first * row, count * row);
    }
}

void FreeEnergy::rows(Index first, Index count, double* psi) const
{
    rows_with(confinement_, first, count, psi);
}
void FreeEnergy::rows(Index first, Index count, float* psi) const
{
    rows_with(rounded_confinement_, first, count, psi);
}

/// Per site: sum_i w_i (kappa phi_i^2 + grad phi_i . M grad phi_i), the slope along each base axis as the
/// largest quotient over a face there; along the amplitude it is the feature.
void FreeEnergy::measure_response()
{
    if (held()) {
        measure_response_of_held();
        return;
    }
    // By the gradients at the sites; on the sphere with their parts across it.
    const Field& weights = problem_->risk->nodes().weights;
    Field squares(base_.size()), slopes(base_.size());
    for_each_block(blocks(), [&](Index first, Index count) {
        Field value, gradient;
        problem_->features->squares(base_.points().middleCols(first, count), weights, value, gradient);
        squares.segment(first, count) = value;
        slopes.segment(first, count) = gradient;
    });
    response_ = problem_->growth.kappa * base_.at_sites(squares, 2);
    if (problem_->amplitude == Amplitude::axis) {
        response_ += mobility(0).cwiseProduct(base_.at_sites(squares, 0));
    }
    Field fastest = mobility_.front();
    for (const Field& mobility : mobility_) {
        fastest = fastest.cwiseMax(mobility);
    }
    response_ += fastest.cwiseProduct(base_.at_sites(slopes, 2));
}

void FreeEnergy::measure_response_of_held()
{
    const Field& weights = problem_->risk->nodes().weights;
    const Field squares = features_.array().square().matrix() * weights;
    response_ = problem_->growth.kappa * base_.at_sites(squares, 2);
    const bool axis = problem_->amplitude == Amplitude::axis;
    if (axis) {
        response_ += mobility(0).cwiseProduct(base_.at_sites(squares, 0));
    }
    std::vector<Field> slopes(mobility_.size(), Field::Zero(base_.size()));
    const auto quotient = [&](Index a, Index b, double distance, int direction) {
        const Index from = base_.base_of(a), to = base_.base_of(b);
        const auto difference = (features_.row(to) - features_.row(from)).transpose().array() / distance;
        const double square = (weights.array() * difference.square()).sum();
        Field& most = slopes[static_cast<std::size_t>(direction)];
        most[from] = std::max(most[from], square);
        most[to] = std::max(most[to], square);
    };
    // Faces of the first layer of the amplitude show every pair of base cells.
    const bool layered = axis && !grid_->sphere();
    const Index layer = layered ? grid_->stride(0) : grid_->cells();
    for_each_face(*grid_, [&](Index, Index a, Index b, Index geometry, int direction) {
        if ((!layered || direction > 0) && a < layer && b < layer) {
            quotient(a, b, grid_->distances()[geometry], direction);
        }
    });
    for (const PointCell& point : grid_->point_cells()) {
        if (point.left != PointCell::nothing && (!axis || point.direction > 0)) {
            quotient(point.site, point.left, point.reach_left, point.direction);
        }
        if (point.right != PointCell::nothing && (!axis || point.direction > 0)) {
            quotient(point.site, point.right, point.reach_right, point.direction);
        }
    }
    for (std::size_t k = 0; k < slopes.size(); ++k) {
        response_ += mobility_[k].cwiseProduct(base_.at_sites(slopes[k], 2));
    }
}

double FreeEnergy::response(const Field& state, const Field& predictions) const
{
    const double kernel = discrepancy_ ? discrepancy_->response(state) : 0.0;
    if (!has_data()) {
        return kernel;
    }
    double sum = 0.0;
    for (Index c = 0; c < layout_.channels; ++c) {
        const auto masses = layout_.channel(state, c);
        sum += sign(c) * sign(c) *
               of_blocks(blocks_of_values(masses.size()), [&](Index first, Index count) {
                   return response_.segment(first, count).dot(masses.segment(first, count).cwiseAbs());
               }).sum();
    }
    return kernel + sum * std::exp(state[layout_.log_mass()]) * problem_->risk->stiffness(predictions);
}

}  // namespace widelimit
