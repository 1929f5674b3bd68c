// SPDX-License-Identifier: BSD-3-Clause
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vector>

#include "widelimit/problem/features.hpp"

namespace widelimit {
namespace {

constexpr double same = 1e-9;

/// In an order that brings equal places together, up to round-off.
bool before(const Eigen::Vector3d& a, const Eigen::Vector3d& b)
{
    const auto key = [](const Eigen::Vector3d& p) {
        return std::tuple(std::llround(p[0] / same), std::llround(p[1] / same), std::llround(p[2] / same));
    };
    return key(a) < key(b);
}

}  // namespace

Matrix kink_crossings(const Matrix& inputs)
{
    std::vector<Eigen::Vector3d> normals;
    for (Index i = 0; i < inputs.rows(); ++i) {
        const Eigen::Vector3d x = inputs.row(i).transpose();
        const bool known = std::any_of(normals.begin(), normals.end(), [&](const Eigen::Vector3d& normal) {
            return normal.cross(x).norm() <= same * x.norm();
        });
        if (!known) {
            normals.push_back(x.normalized());
        }
    }
    std::vector<Eigen::Vector3d> all;
    for (std::size_t i = 0; i < normals.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            all.push_back(normals[i].cross(normals[j]).normalized());
            all.push_back(-all.back());
        }
    }
    std::stable_sort(all.begin(), all.end(), before);
    std::vector<std::size_t> first, pairs;
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (first.empty() || (all[first.back()] - all[k]).norm() > 2.0 * same) {
            first.push_back(k);
            pairs.push_back(0);
        }
        ++pairs.back();
    }
    std::vector<std::size_t> order(first.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return pairs[a] > pairs[b]; });
    Matrix places(3, static_cast<Index>(order.size()));
    for (std::size_t k = 0; k < order.size(); ++k) {
        places.col(static_cast<Index>(k)) = all[first[order[k]]];
    }
    return places;
}

}  // namespace widelimit
