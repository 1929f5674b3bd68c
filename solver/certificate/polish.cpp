// SPDX-License-Identifier: BSD-3-Clause
#include "polish.hpp"

#include <Eigen/QR>

#include <cmath>

namespace widelimit {
namespace {

constexpr int most_steps = 30;

/// How the predictions and the norm answer to changes of masses (first) and of places along their directions
/// (after them), signs included.
struct Moves {
    Matrix predictions;        ///< nodes x moves
    Field norm;                ///< slope of |nu|
    Field bend;                ///< second derivative of |nu|, diagonal
    std::vector<Index> first;  ///< move of a neuron's place, one a neuron
    std::vector<Index> count;  ///< directions that it has
};

Moves moves_of(const Units& units, const SparseNetwork& network)
{
    Moves moves;
    const Index count = network.size();
    std::vector<Matrix> directions;
    Index all = count;
    for (Index j = 0; j < count; ++j) {
        directions.push_back(units.directions(network.places.col(j)));
        moves.first.push_back(all);
        moves.count.push_back(directions.back().cols());
        all += moves.count.back();
    }
    const Field sign = network.weights.unaryExpr([](double w) { return w < 0.0 ? -1.0 : 1.0; });
    moves.predictions.resize(units.nodes(), all);
    moves.predictions.leftCols(count) = units.columns(network.places) * sign.asDiagonal();
    moves.norm = Field::Zero(all);
    moves.norm.head(count).setOnes();
    moves.bend = Field::Zero(all);
    const std::vector<Matrix> gradients = units.gradients(network.places);
    for (Index j = 0; j < count; ++j) {
        const auto k = static_cast<std::size_t>(j);
        moves.predictions.middleCols(moves.first[k], moves.count[k]) = sign[j] * gradients[k] * directions[k];
        moves.bend.segment(moves.first[k], moves.count[k]).setConstant(1.0 / std::abs(network.weights[j]));
    }
    return moves;
}

/// False where a neuron would cross a kink or lose its mass.
bool move(const Units& units, const Moves& moves, const Field& step, SparseNetwork& network)
{
    const Index count = network.size();
    SparseNetwork moved = network;
    for (Index j = 0; j < count; ++j) {
        const double mass = std::abs(network.weights[j]) + step[j];
        if (!(mass > 0.0)) {
            return false;
        }
        const auto k = static_cast<std::size_t>(j);
        const Field along = step.segment(moves.first[k], moves.count[k]);
        const Field place = units.turned(network.places.col(j), along / mass);
        if (place.size() == 0) {
            return false;
        }
        moved.places.col(j) = place;
        moved.weights[j] = std::copysign(std::hypot(mass, along.norm()), network.weights[j]);
    }
    network = std::move(moved);
    return true;
}

Field solved(const Matrix& matrix, const Field& right)
{
    Eigen::CompleteOrthogonalDecomposition<Matrix> solver;
    solver.setThreshold(1e-13);
    solver.compute(matrix);
    return solver.solve(right);
}

}  // namespace

SparseNetwork polished(const Risk& risk, const Units& units, double penalty, const SparseNetwork& network)
{
    SparseNetwork now = network;
    double last = -1.0;
    for (int step = 0; step < most_steps && now.size() > 0; ++step) {
        const Moves moves = moves_of(units, now);
        const Field f = now.predictions(units);
        const Field gradient = moves.predictions.transpose() * risk.slope(f) + penalty * moves.norm;
        const double size = gradient.cwiseAbs().maxCoeff();
        if (size <= 1e-15 * penalty || (last >= 0.0 && size >= last)) {
            break;
        }
        Matrix bent(moves.predictions.rows(), moves.predictions.cols());
        for (Index k = 0; k < bent.cols(); ++k) {
            bent.col(k) = risk.curvature(f, moves.predictions.col(k));
        }
        Matrix hessian = moves.predictions.transpose() * bent;
        hessian.diagonal() += penalty * moves.bend;
        if (!move(units, moves, -solved(hessian, gradient), now)) {
            return last < 0.0 ? network : now;
        }
        last = size;
    }
    return now;
}

Tight polished(const Units& units, const std::vector<Index>& nodes, const Field& targets,
               const SparseNetwork& network)
{
    Tight tight{network, Field::Zero(targets.size())};
    double last = -1.0;
    for (int step = 0; step < most_steps && network.size() > 0; ++step) {
        const Moves moves = moves_of(units, tight.network);
        const Matrix rows = moves.predictions(nodes, Eigen::all);
        const Index n = rows.rows(), m = rows.cols();
        const Field missed = (targets - tight.network.predictions(units))(nodes);
        Matrix system = Matrix::Zero(m + n, m + n);
        system.topLeftCorner(m, m).diagonal() = moves.bend;
        system.topRightCorner(m, n) = -rows.transpose();
        system.bottomLeftCorner(n, m) = rows;
        Field right(m + n);
        right << -moves.norm, missed;
        const Field solution = solved(system, right);
        const double size = solution.head(m).cwiseAbs().maxCoeff();
        if (last >= 0.0 && size >= last) {
            break;
        }
        tight.multipliers.setZero();
        tight.multipliers(nodes) = solution.tail(n);
        if (!move(units, moves, solution.head(m), tight.network)) {
            break;
        }
        last = size;
    }
    return tight;
}

}  // namespace widelimit
