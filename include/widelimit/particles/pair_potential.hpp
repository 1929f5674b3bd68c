// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/core/torus_sum.hpp"
#include "widelimit/problem/problem.hpp"

namespace widelimit {

/// The discrepancy 1/2 int int K d(m - nu) d(m - nu) of charged points, m = sum_j q_j delta, and the
/// potential g = K * (m - nu) at the points with its gradient.
///
/// On circles K is cut at the modes of the interaction and summed by TorusSum: the band-limited kernel that a
/// grid of twice as many cells sees.  On lines K is summed over all pairs, and a target law stands as the
/// masses of cells at their centres.
class PairPotential {
public:
    /// ConfigError for a kernel on circles and lines at once.
    static void check(const Problem& problem);
    explicit PairPotential(const Problem& problem);
    ~PairPotential();

    /// Points are columns of all of the problem's coordinates, one charge each.  Returns the discrepancy.
    double evaluate(const Matrix& points, const Field& charges, Field& g, Matrix& gradient) const;
    /// Bound on the rates of the flow per charge: of growth and of motion of mobility 1, and of motion along
    /// the amplitude.
    double per_charge() const { return per_charge_; }
    double per_amplitude() const { return per_amplitude_; }

private:
    class Pairs;
    std::vector<Index> on_;
    Index coordinates_;
    std::unique_ptr<TorusSum> torus_;
    std::unique_ptr<Pairs> pairs_;
    double per_charge_ = 0.0, per_amplitude_ = 0.0;
};

}  // namespace widelimit
