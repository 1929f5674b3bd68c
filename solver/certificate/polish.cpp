// SPDX-License-Identifier: BSD-3-Clause
#include "polish.hpp"

#include <Eigen/QR>

#include <cmath>

namespace widelimit {
namespace {

constexpr int most_steps = 30;

/// How the predictions and the norm answer to changes of masses (first) and of places (after them), signs
/// included.
struct Moves {
    Matrix predictions;          ///< nodes x moves
    Field norm;                  ///< slope of |nu|
    Field bend;                  ///< second derivative of |nu|, diagonal
    std::vector<Index> movable;  ///< neurons away from kinks
};

Moves moves_of(const Units& units, const SparseNetwork& network)
{
    Moves moves;
    const Index count = network.size();
    for (Index j = 0; j < count; ++j) {
        if (units.room(network.places.col(j)) > 0.0) {
            moves.movable.push_back(j);
        }
    }
    const auto places = static_cast<Index>(moves.movable.size());
    const Field sign = network.weights.unaryExpr([](double w) { return w < 0.0 ? -1.0 : 1.0; });
    moves.predictions.resize(units.nodes(), count + places);
    moves.predictions.leftCols(count) = units.columns(network.places) * sign.asDiagonal();
    const Matrix slopes = units.slopes(network.places(Eigen::all, moves.movable));
    moves.predictions.rightCols(places) = slopes * sign(moves.movable).asDiagonal();
    moves.norm = Field::Zero(count + places);
    moves.norm.head(count).setOnes();
    moves.bend = Field::Zero(count + places);
    for (Index k = 0; k < places; ++k) {
        moves.bend[count + k] = 1.0 / std::abs(network.weights[moves.movable[static_cast<std::size_t>(k)]]);
    }
    return moves;
}

/// False where a neuron would leave its arc or lose its mass.
bool move(const Units& units, const Moves& moves, const Field& step, SparseNetwork& network)
{
    const Index count = network.size();
    SparseNetwork moved = network;
    for (Index j = 0; j < count; ++j) {
        const double mass = std::abs(network.weights[j]) + step[j];
        if (!(mass > 0.0)) {
            return false;
        }
        moved.weights[j] = std::copysign(mass, network.weights[j]);
    }
    for (std::size_t k = 0; k < moves.movable.size(); ++k) {
        const Index j = moves.movable[k];
        const double radial = std::abs(moved.weights[j]), along = step[count + static_cast<Index>(k)];
        const double turn = std::atan2(along, radial);
        if (std::abs(turn) >= units.room(network.places.col(j))) {
            return false;
        }
        moved.places(0, j) += turn;
        moved.weights[j] = std::copysign(std::hypot(radial, along), network.weights[j]);
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
