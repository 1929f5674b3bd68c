// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/certificate/fixed_mass.hpp"

#include <Eigen/QR>

#include <algorithm>
#include <cmath>

#include "widelimit/core/error.hpp"
#include "widelimit/core/interrupt.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

/// FixedNeurons with their signs: what unit masses of them contribute, and how that changes along their
/// coordinates.
class FixedNeurons {
public:
    FixedNeurons(const Problem& problem, const Matrix& places, const Field& weights)
        : problem_(&problem), places_(places), signs_(weights.cwiseSign() * problem.amplitude_scale)
    {}

    Index count() const { return places_.cols(); }
    Index rank() const { return places_.rows(); }
    /// nodes x neurons.
    Matrix columns() const { return problem_->values(places_).transpose() * signs_.asDiagonal(); }
    Field confinement() const { return problem_->confinement->value(places_); }

    /// grad psi of every neuron, for a slope of the risk.
    Matrix potential_slope(const Field& r) const
    {
        Field g;
        Matrix slope;
        problem_->features->pull(problem_->base(places_), r, g, slope);
        Matrix out(rank(), count());
        out.bottomRows(slope.rows()) =
            slope * signs_.cwiseProduct(problem_->amplitudes(places_)).asDiagonal();
        if (problem_->amplitude == Amplitude::axis) {
            out.row(0) = signs_.cwiseProduct(g).transpose();
        }
        return out + problem_->confinement->slope(places_);
    }

    /// d phi / d theta_k (nodes x neurons), one matrix a coordinate.
    std::vector<Matrix> slopes() const
    {
        const Index nodes = problem_->features->size();
        const Matrix without = potential_slope(Field::Zero(nodes));
        std::vector<Matrix> all(static_cast<std::size_t>(rank()), Matrix(nodes, count()));
        for (Index i = 0; i < nodes; ++i) {
            const Matrix slope = potential_slope(Field::Unit(nodes, i)) - without;
            for (Index k = 0; k < rank(); ++k) {
                all[static_cast<std::size_t>(k)].row(i) = slope.row(k);
            }
        }
        return all;
    }

    /// d^2 psi / d theta_k d theta_l of every neuron by central differences: column k of the answer is that
    /// of grad psi along the coordinate k.
    std::vector<Matrix> bends(const Field& r) const
    {
        std::vector<Matrix> all;
        for (Index k = 0; k < rank(); ++k) {
            FixedNeurons left = *this, right = *this;
            left.places_.row(k).array() -= 1e-5;
            right.places_.row(k).array() += 1e-5;
            all.push_back((right.potential_slope(r) - left.potential_slope(r)) / 2e-5);
        }
        return all;
    }

private:
    const Problem* problem_;
    Matrix places_;
    Field signs_;
};

Field slope_at(const Problem& problem, const SparseNetwork& network)
{
    const FixedNeurons neurons(problem, network.places, network.weights);
    return problem.risk->slope(neurons.columns() * network.weights.cwiseAbs());
}

/// Number of the fixed mass that a neuron is part of.
Index group_of(const std::vector<FixedMass>& fixed, double weight)
{
    return fixed.size() > 1 && weight < 0.0 ? 1 : 0;
}

std::vector<Index> groups_of(const Problem& problem, const SparseNetwork& network)
{
    std::vector<Index> groups;
    for (const double weight : network.weights) {
        groups.push_back(group_of(fixed_masses(problem), weight));
    }
    return groups;
}

/// Every fixed mass as it should be: neurons of a sign that the problem does not have leave, a mass without
/// neurons gets one at 0.
SparseNetwork with_fixed_masses(const Problem& problem, const SparseNetwork& network)
{
    SparseNetwork out;
    for (const FixedMass& one : fixed_masses(problem)) {
        double sum = 0.0;
        const auto belongs = [&](double weight) { return one.sign == 0 || one.sign * weight > 0.0; };
        for (const double weight : network.weights) {
            sum += belongs(weight) ? std::abs(weight) : 0.0;
        }
        for (Index j = 0; sum > 0.0 && j < network.size(); ++j) {
            if (belongs(network.weights[j])) {
                out.add(network.places.col(j), network.weights[j] * (one.mass / sum));
            }
        }
        if (sum == 0.0) {
            const auto rank = static_cast<Index>(problem.coordinates.size());
            out.add(Field::Zero(rank), one.sign < 0 ? -one.mass : one.mass);
        }
    }
    return out;
}

/// Optimal masses; neurons without one leave.
SparseNetwork with_best_masses(const Problem& problem, const SparseNetwork& network)
{
    const FixedNeurons neurons(problem, network.places, network.weights);
    const Field masses = best_shares(*problem.risk, neurons.columns(), neurons.confinement(),
                                     network.weights.cwiseAbs(), groups_of(problem, network));
    SparseNetwork kept;
    for (Index j = 0; j < masses.size(); ++j) {
        if (masses[j] > 0.0) {
            kept.add(network.places.col(j), std::copysign(masses[j], network.weights[j]));
        }
    }
    return kept;
}

/// The conditions grad psi = 0 and psi = nu at every neuron, nu one number a fixed mass, and these masses.
struct Conditions {
    Field residual;
    Matrix jacobian;  ///< in places, neuron by neuron, masses, and every nu
};

Conditions conditions(const Problem& problem, const SparseNetwork& network)
{
    const FixedNeurons neurons(problem, network.places, network.weights);
    const std::vector<Index> groups = groups_of(problem, network);
    const auto fixed = static_cast<Index>(fixed_masses(problem).size());
    const Index m = neurons.count(), d = neurons.rank(), free = m * d + m, size = free + fixed;
    const Matrix phi = neurons.columns();
    const Field masses = network.weights.cwiseAbs(), f = phi * masses, r = problem.risk->slope(f);
    const Field psi = phi.transpose() * r + neurons.confinement();
    const Matrix grad = neurons.potential_slope(r);
    const std::vector<Matrix> slopes = neurons.slopes(), bends = neurons.bends(r);
    Matrix moved(f.size(), free), bent(f.size(), free);  // of f
    for (Index j = 0; j < m; ++j) {
        for (Index k = 0; k < d; ++k) {
            moved.col(j * d + k) = masses[j] * slopes[static_cast<std::size_t>(k)].col(j);
        }
        moved.col(m * d + j) = phi.col(j);
    }
    for (Index c = 0; c < moved.cols(); ++c) {
        bent.col(c) = problem.risk->curvature(f, moved.col(c));
    }
    Conditions out{Field::Zero(size), Matrix::Zero(size, size)};
    Field nu = Field::Zero(fixed), sum = Field::Zero(fixed);
    for (Index j = 0; j < m; ++j) {
        nu[groups[static_cast<std::size_t>(j)]] += masses[j] * psi[j];
        sum[groups[static_cast<std::size_t>(j)]] += masses[j];
    }
    nu = nu.cwiseQuotient(sum);
    for (Index j = 0; j < m; ++j) {
        for (Index k = 0; k < d; ++k) {
            const Index row = j * d + k;
            out.residual[row] = grad(k, j);
            out.jacobian.row(row).head(free) = slopes[static_cast<std::size_t>(k)].col(j).transpose() * bent;
            for (Index l = 0; l < d; ++l) {
                out.jacobian(row, j * d + l) += bends[static_cast<std::size_t>(l)](k, j);
            }
            out.jacobian(m * d + j, row) += grad(k, j);
        }
        const Index group = groups[static_cast<std::size_t>(j)];
        out.residual[m * d + j] = psi[j] - nu[group];
        out.jacobian.row(m * d + j).head(free) += phi.col(j).transpose() * bent;
        out.jacobian(m * d + j, free + group) = -1.0;
        out.jacobian(free + group, m * d + j) = 1.0;
    }
    return out;
}

/// Newton's method while it lowers the residuals and keeps masses positive.
SparseNetwork polished_network(const Problem& problem, SparseNetwork network)
{
    double last = infinite;
    for (int step = 0; step < 30; ++step) {
        const Conditions now = conditions(problem, network);
        const double size = now.residual.cwiseAbs().maxCoeff();
        if (!(size < last) || size == 0.0) {
            break;
        }
        last = size;
        Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
        solver.setThreshold(1e-13);
        solver.compute(now.jacobian);
        const Field change = -solver.solve(now.residual);
        const Index m = network.size(), d = network.places.rows();
        SparseNetwork next = network;
        next.places += change.head(m * d).reshaped(d, m);
        const Field masses = network.weights.cwiseAbs() + change.segment(m * d, m);
        if (!(masses.minCoeff() > 0.0) || !next.places.allFinite()) {
            break;
        }
        next.weights = masses.cwiseProduct(network.weights.cwiseSign());
        next = with_fixed_masses(problem, next);
        if (!(conditions(problem, next).residual.cwiseAbs().maxCoeff() < size)) {
            break;
        }
        network = std::move(next);
    }
    return network;
}

/// FixedNeurons of a sign that have come together are one.
SparseNetwork merged(const SparseNetwork& network)
{
    SparseNetwork out;
    for (Index j = 0; j < network.size(); ++j) {
        bool found = false;
        for (Index k = 0; k < out.size() && !found; ++k) {
            const bool same = out.weights[k] * network.weights[j] > 0.0 &&
                              (out.places.col(k) - network.places.col(j)).norm() <
                                  1e-4 * (1.0 + network.places.col(j).norm());
            if (same) {
                const double a = std::abs(out.weights[k]), b = std::abs(network.weights[j]);
                out.places.col(k) = ((a * out.places.col(k) + b * network.places.col(j)) / (a + b)).eval();
                out.weights[k] += network.weights[j];
                found = true;
            }
        }
        if (!found) {
            out.add(network.places.col(j), network.weights[j]);
        }
    }
    return out;
}

/// What the bound lacks because boxes ran out.
double unresolved(const Problem& problem, const std::vector<Infimum>& infima)
{
    const std::vector<FixedMass> fixed = fixed_masses(problem);
    double sum = 0.0;
    for (std::size_t k = 0; k < fixed.size(); ++k) {
        sum += fixed[k].mass * (infima[k].high - infima[k].low);
    }
    return sum;
}

}  // namespace

double fixed_mass_objective(const Problem& problem, const SparseNetwork& network)
{
    const FixedNeurons neurons(problem, network.places, network.weights);
    const Field masses = network.weights.cwiseAbs();
    return problem.risk->value(neurons.columns() * masses) + neurons.confinement().dot(masses);
}

Bracket least_of_fixed_mass(const Problem& problem, const SparseNetwork& start, double tolerance)
{
    Bracket best;
    best.low = -infinite;
    best.high = infinite;
    SparseNetwork network = with_fixed_masses(problem, start);
    int idle = 0;
    for (int round = 1; round <= 200 && idle < 6; ++round) {
        interruption_point();
        best.rounds = round;
        network = with_best_masses(problem, network);
        network = with_best_masses(problem, merged(polished_network(problem, merged(network))));
        const double reached = fixed_mass_objective(problem, network);
        const Field r = slope_at(problem, network);
        const double small = tolerance * std::max(std::abs(reached), 1e-300);
        const auto [bound, infima] = fixed_mass_bound(problem, r, 0.2 * small);
        const bool lower = reached<best.high - 1e-3 * small, higher = bound> best.low + 1e-3 * small;
        const bool helps = !(reached >= best.high - 0.01 * (best.high - best.low));
        if (reached < best.high) {
            best.high = reached;
            best.network = network;
        }
        if (bound > best.low) {
            best.low = bound;
            best.dual = r;
        }
        const double gap = best.high - best.low;
        const bool stalls = !helps && gap <= 1.5 * unresolved(problem, infima);
        if (gap <= small || stalls || infima.front().place.size() == 0) {
            break;
        }
        idle = lower || higher ? 0 : idle + 1;
        // A little mass, which the shares that follow make as large as is good.
        for (const Infimum& least : infima) {
            network.add(least.place, 1e-6 * problem.initial.mass * least.sign);
        }
        network = with_fixed_masses(problem, network);
    }
    return best;
}

}  // namespace widelimit
