// SPDX-License-Identifier: BSD-3-Clause
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "widelimit/core/error.hpp"
#include "widelimit/core/wasserstein.hpp"

namespace widelimit {
namespace {

constexpr std::int64_t whole = std::int64_t{1} << 40;
/// The largest cost in units of costs.
constexpr double finest = 1e12;

/// Those points that have mass, and their shares as integers that add up to `whole`.
struct Supplies {
    std::vector<Index> points;
    std::vector<std::int64_t> shares;
};

Supplies supplies_of(const Field& masses)
{
    expects(masses.size() > 0 && masses.minCoeff() >= 0.0 && masses.sum() > 0.0,
            "masses that are not negative");
    const double scale = static_cast<double>(whole) / masses.sum();
    Supplies supplies;
    double before = 0.0;
    std::int64_t given = 0;
    for (Index k = 0; k < masses.size(); ++k) {
        before += masses[k] * scale;  // rounded sums, so that errors do not add up
        const std::int64_t up_to =
            k + 1 == masses.size() ? whole : std::min<std::int64_t>(whole, std::llround(before));
        if (up_to > given) {
            supplies.points.push_back(k);
            supplies.shares.push_back(up_to - given);
            given = up_to;
        }
    }
    supplies.shares.back() += whole - given;
    return supplies;
}

template <class Cost>
double least_cost(const Field& from, const Field& to, const Cost& cost)
{
    const Supplies a = supplies_of(from), b = supplies_of(to);
    lemon::SmartDigraph graph;
    const auto n = a.points.size(), m = b.points.size();
    graph.reserveNode(static_cast<int>(n + m));
    graph.reserveArc(static_cast<int>(n * m));
    for (std::size_t k = 0; k < n + m; ++k) {
        graph.addNode();
    }
    Matrix given(static_cast<Index>(n), static_cast<Index>(m));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < m; ++j) {
            given(static_cast<Index>(i), static_cast<Index>(j)) = cost(a.points[i], b.points[j]);
        }
    }
    // With integers every pivot is exact and the method ends; with doubles it may go around in circles.
    const double unit = std::max(given.maxCoeff(), std::numeric_limits<double>::min()) / finest;
    lemon::SmartDigraph::ArcMap<std::int64_t> costs(graph);
    lemon::SmartDigraph::NodeMap<std::int64_t> supplies(graph);
    for (std::size_t i = 0; i < n; ++i) {
        supplies[lemon::SmartDigraph::nodeFromId(static_cast<int>(i))] = a.shares[i];
        for (std::size_t j = 0; j < m; ++j) {
            const auto arc = graph.addArc(lemon::SmartDigraph::nodeFromId(static_cast<int>(i)),
                                          lemon::SmartDigraph::nodeFromId(static_cast<int>(n + j)));
            costs[arc] = std::llround(given(static_cast<Index>(i), static_cast<Index>(j)) / unit);
        }
    }
    for (std::size_t j = 0; j < m; ++j) {
        supplies[lemon::SmartDigraph::nodeFromId(static_cast<int>(n + j))] = -b.shares[j];
    }
    lemon::NetworkSimplex<lemon::SmartDigraph, std::int64_t, std::int64_t> simplex(graph);
    simplex.costMap(costs).supplyMap(supplies);
    const auto status = simplex.run();
    expects(status == decltype(simplex)::OPTIMAL, "a transport problem that has a solution");
    double sum = 0.0;
    for (lemon::SmartDigraph::ArcIt arc(graph); arc != lemon::INVALID; ++arc) {
        const auto k = static_cast<Index>(lemon::SmartDigraph::id(arc)), columns = static_cast<Index>(m);
        sum += static_cast<double>(simplex.flow(arc)) / static_cast<double>(whole) *
               given(k / columns, k % columns);
    }
    return sum;
}

double powered_cost(double distance, int p)
{
    expects(p == 1 || p == 2, "a power of 1 or 2");
    return p == 1 ? distance : distance * distance;
}

double rooted(double power, int p)
{
    return p == 1 ? power : std::sqrt(std::max(0.0, power));
}

}  // namespace

double exact_distance(const PointMasses& a, const PointMasses& b, const Field& periods, int p)
{
    expects(a.points.rows() == b.points.rows() && periods.size() == a.points.rows(), "points of one space");
    const auto cost = [&](Index i, Index j) {
        Field difference = a.points.col(i) - b.points.col(j);
        for (Index k = 0; k < difference.size(); ++k) {
            if (periods[k] > 0.0) {
                difference[k] -= periods[k] * std::round(difference[k] / periods[k]);
            }
        }
        return powered_cost(difference.norm(), p);
    };
    return rooted(least_cost(a.masses, b.masses, cost), p);
}

double sphere_distance(const PointMasses& a, const PointMasses& b, int p)
{
    expects(a.points.rows() == 3 && b.points.rows() == 3, "unit vectors");
    const auto cost = [&](Index i, Index j) {
        // Accurate for near and opposite points alike.
        const double apart = (a.points.col(i) - b.points.col(j)).norm();
        const double together = (a.points.col(i) + b.points.col(j)).norm();
        return powered_cost(2.0 * std::atan2(apart, together), p);
    };
    return rooted(least_cost(a.masses, b.masses, cost), p);
}

}  // namespace widelimit
