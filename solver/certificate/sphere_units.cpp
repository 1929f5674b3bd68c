// SPDX-License-Identifier: BSD-3-Clause
#include "sphere_units.hpp"

#include <Eigen/Geometry>
#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "sphere_arrangement.hpp"
#include "widelimit/core/numbers.hpp"
#include "widelimit/core/sphere.hpp"

namespace widelimit {
namespace {

using Point = Eigen::Vector3d;

class SphereUnits : public Units {
public:
    explicit SphereUnits(const Problem& problem)
        : Units(problem), arrangement_(*problem.features->pieces(), scale()), size_(arrangement_.size())
    {}

    Matrix directions(const Field& place) const override
    {
        const Point u = place;
        std::vector<Point> normals;
        for (const auto& circle : arrangement_.circles()) {
            if (std::abs(circle.normal.dot(u)) <= SphereArrangement::on_kink) {
                normals.push_back(circle.normal);
            }
        }
        const Point across = normals.empty() ? u.unitOrthogonal() : u.cross(normals.front()).normalized();
        if (normals.empty()) {
            Matrix both(3, 2);
            both << across, u.cross(across);
            return both;
        }
        return normals.size() == 1 ? Matrix(across) : Matrix(3, 0);
    }

    Field turned(const Field& place, const Field& along) const override
    {
        const Field moved = (place + directions(place) * along).normalized();
        for (const auto& circle : arrangement_.circles()) {
            const double before = circle.normal.dot(Point(place)), after = circle.normal.dot(Point(moved));
            if (std::abs(before) > SphereArrangement::on_kink && before * after <= 0.0) {
                return {};
            }
        }
        return moved;
    }

    double supremum(const Field& q) const override
    {
        // Sums along a circle lose a little more than those of a place do.
        const double total = q.cwiseAbs().sum() * size_;
        const double lost = 8.0 * static_cast<double>(q.size()) * epsilon * total;
        std::vector<Peak> found;
        double best = 0.0;
        const auto visit = [&](const Point& place, double value) {
            const double size = both_signs() ? std::abs(value) : value;
            if (size >= best - lost) {
                best = std::max(best, size);
                found.push_back({place, size});
            }
        };
        arrangement_.for_each_candidate(
            q, [&] { return best - lost; }, visit);
        double most = 0.0;
        for (const Peak& peak : found) {
            if (peak.value >= best - 2.0 * lost) {
                const double value = q.dot(columns(peak.place).col(0));
                most = std::max(most, both_signs() ? std::abs(value) : value);
            }
        }
        return most + 16.0 * epsilon * total;
    }

    std::vector<Peak> peaks(const Field& q) const override
    {
        const double least = 1e-13 * q.cwiseAbs().sum() * size_;
        std::map<std::array<long long, 3>, Peak> all;
        arrangement_.for_each_candidate(
            q, [&] { return least; },
            [&](const Point& place, double value) {
                if (std::abs(value) > least && (both_signs() || value > 0.0)) {
                    std::array<long long, 3> key;
                    for (std::size_t k = 0; k < 3; ++k) {
                        key[k] = std::llround(1e8 * place[static_cast<Index>(k)]);
                    }
                    all.try_emplace(key, Peak{place, value});
                }
            });
        std::vector<Peak> found;
        for (auto& [key, peak] : all) {
            peak.value = q.dot(columns(peak.place).col(0));
            if (is_extreme(q, peak, 10.0 * least)) {
                found.push_back(peak);
            }
        }
        return found;
    }

    /// Corners span the faces that they belong to; places of a mesh do where there are too few circles.
    std::vector<Peak> first(const Field& q) const override
    {
        const Grid mesh = make_sphere(4);
        const std::vector<Point> places = arrangement_.corners();
        Matrix all(3, mesh.cells() + static_cast<Index>(places.size()));
        all.leftCols(mesh.cells()) = mesh.coordinates();
        for (std::size_t k = 0; k < places.size(); ++k) {
            all.col(mesh.cells() + static_cast<Index>(k)) = places[k];
        }
        const Matrix features = columns(all);
        Eigen::ColPivHouseholderQR<Matrix> qr(features);
        qr.setThreshold(1e-10);
        std::vector<Peak> found = peaks(q);
        for (Index k = 0; k < qr.rank(); ++k) {
            const Index j = qr.colsPermutation().indices()[k];
            found.push_back({all.col(j), q.dot(features.col(j))});
        }
        return found;
    }

    /// On a face predictions are linear in mass * u: all neurons of a sign there, those on its edges
    /// included, are as good as the one of their sum, which is no longer than they are together.
    SparseNetwork gathered(const SparseNetwork& network) const override
    {
        SparseNetwork all;
        const double least = 1e-15 * network.norm();  // round-off of a mass that is none
        for (const double sign : {1.0, -1.0}) {
            std::vector<Group> groups;
            for (const Index j : of_sign(network, sign)) {
                const Field pattern = arrangement_.pattern(network.places.col(j));
                const Point sum = std::abs(network.weights[j]) * network.places.col(j);
                const auto fits = [&](const Group& group) {
                    return (pattern.array() * group.pattern.array() >= 0.0).all() &&
                           (group.pattern.array() != 0.0 || pattern.array() == 0.0).all();
                };
                const auto group = std::find_if(groups.begin(), groups.end(), fits);
                if (group == groups.end()) {
                    groups.push_back({pattern, sum});
                } else {
                    group->sum += sum;
                }
            }
            for (const Group& group : groups) {
                if (const double mass = group.sum.norm(); mass > least) {
                    all.add(group.sum / mass, sign * mass);
                }
            }
        }
        return all;
    }

private:
    static constexpr double epsilon = std::numeric_limits<double>::epsilon();

    /// Neurons of a face, an arc or a corner: the signs of the inputs there (0 on a circle), and their sum.
    struct Group {
        Field pattern;
        Point sum;
    };

    /// Those inside faces first.
    std::vector<Index> of_sign(const SparseNetwork& network, double sign) const
    {
        std::vector<std::pair<double, Index>> found;
        for (Index j = 0; j < network.size(); ++j) {
            if (sign * network.weights[j] > 0.0) {
                found.emplace_back(-arrangement_.pattern(network.places.col(j)).cwiseAbs().sum(), j);
            }
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<Index> order;
        for (const auto& [zeros, j] : found) {
            order.push_back(j);
        }
        return order;
    }

    /// No place close by has a larger |V|.
    bool is_extreme(const Field& q, const Peak& peak, double tolerance) const
    {
        constexpr int around = 12;
        constexpr double near = 1e-6;
        const Point u = peak.place, first = u.unitOrthogonal(), second = u.cross(first);
        Matrix places(3, around);
        for (int k = 0; k < around; ++k) {
            const double turn = 2.0 * pi * (k + 0.25) / around;
            places.col(k) = (u + near * (std::cos(turn) * first + std::sin(turn) * second)).normalized();
        }
        const Field values = columns(places).transpose() * q;
        const double sign = peak.value > 0.0 ? 1.0 : -1.0;
        return (sign * values.array() <= sign * peak.value + tolerance).all();
    }

    SphereArrangement arrangement_;
    double size_;  ///< of a feature
};

}  // namespace

std::unique_ptr<Units> make_sphere_units(const Problem& problem)
{
    return std::make_unique<SphereUnits>(problem);
}

}  // namespace widelimit
