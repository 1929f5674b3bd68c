// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "widelimit/core/wasserstein.hpp"
#include "widelimit/energy/discrepancy.hpp"
#include "widelimit/run/ensemble.hpp"
#include "widelimit/run/metrics.hpp"

namespace widelimit {

/// W_1 and W_2 between networks and the measure on a grid, even within the cells of a line or circle, else at
/// their centres.  Each sign is compared by
/// itself, both measures brought to mass one there, and the powers are added with the signs' shares of the
/// mass on the grid: what the masses differ in is not in it.
///
/// On one coordinate by quantiles; on several, and on the sphere, exact by the network simplex method while
/// cells times neurons are at most 2e5, else sliced W_2 on flat space and nothing on the sphere.  Angles are
/// compared around the circle by the exact methods; there is no sliced distance with an angle.
///
/// Beside them the energy distance, on one coordinate exact, on several even ones by fast Fourier transforms
/// with the neurons moved to the centres of their cells.
class NetworkDistance {
public:
    /// `widest`: neurons of the widest network.
    NetworkDistance(const Look& look, Index widest);

    /// "wasserstein_1" and "wasserstein_2", or "sliced_2"; "mmd"; or none.
    const std::vector<std::string>& names() const { return names_; }
    Field of(const NetworkResult& network) const;

private:
    enum class Method { none, quantiles, simplex, slices };
    double power(const PointMasses& a, const PointMasses& b, int p) const;
    void prepare_energy(const Look& look);
    double energy(std::size_t channel, const PointMasses& own) const;

    Method method_ = Method::none;
    bool sphere_ = false;
    Field periods_;
    std::vector<double> signs_, shares_;
    std::vector<PointMasses> limit_;
    std::vector<std::string> names_;
    /// For the energy distance on several axes.
    const Grid* grid_ = nullptr;
    Problem distances_;
    std::unique_ptr<Discrepancy> discrepancy_;
    std::vector<Field> cells_;  ///< masses of the limit, a sign each, brought to one
    mutable std::mutex one_at_a_time_;
};

}  // namespace widelimit
