// SPDX-License-Identifier: BSD-3-Clause
#include "sphere_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <vector>

namespace widelimit {
namespace {

constexpr double closest = 1.6, influence = 5.0;  // in spacings

/// The places that move a node, as columns.
std::vector<Index> far_apart(const Matrix& places, double distance)
{
    std::vector<Index> chosen;
    for (Index k = 0; k < places.cols(); ++k) {
        const bool far = std::all_of(chosen.begin(), chosen.end(), [&](Index other) {
            return (places.col(k) - places.col(other)).norm() >= distance;
        });
        if (far) {
            chosen.push_back(k);
        }
    }
    return chosen;
}

/// Wendland's function of the distances between columns.
Matrix weights(const Matrix& a, const Matrix& b, double radius)
{
    Matrix weights(a.cols(), b.cols());
    for (Index j = 0; j < b.cols(); ++j) {
        const Eigen::ArrayXd s = (a.colwise() - b.col(j)).colwise().norm().transpose() / radius;
        weights.col(j) = (1.0 - s).max(0.0).pow(4) * (4.0 * s + 1.0);
    }
    return weights;
}

}  // namespace

Matrix fitted_nodes(const Matrix& nodes, double spacing, const Matrix& places, Matrix& taken)
{
    std::vector<Index> moved, used;
    for (const Index place : far_apart(places, closest * spacing)) {
        Index nearest = 0;
        (nodes.transpose() * places.col(place)).maxCoeff(&nearest);
        if (std::find(moved.begin(), moved.end(), nearest) == moved.end()) {
            moved.push_back(nearest);
            used.push_back(place);
        }
    }
    taken = places(Eigen::all, used);
    const Matrix from = nodes(Eigen::all, moved);
    const Matrix pulls = weights(from, from, influence * spacing).ldlt().solve((taken - from).transpose());
    Matrix fitted = nodes;
    for (Index k = 0; k < from.cols(); ++k) {
        fitted += pulls.row(k).transpose() * weights(nodes, from.col(k), influence * spacing).transpose();
    }
    fitted.colwise().normalize();
    fitted(Eigen::all, moved) = taken;
    return fitted;
}

}  // namespace widelimit
