// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// The kinks of ridges on a circle in the order of their angles.  Arc k lies between the kinks k - 1 and k;
/// the first and the last arc are the same one.
class KinkOrder {
public:
    /// Rows x of the inputs, 2 columns: the kinks are where cos(angle) x_0 + sin(angle) x_1 = 0.
    explicit KinkOrder(const Matrix& inputs);

    struct Kink {
        double angle;  ///< in [0, 2 pi]
        Index node;
        bool rising;
    };
    const std::vector<Kink>& kinks() const { return kinks_; }
    Index arcs() const { return static_cast<Index>(kinks_.size()) + 1; }

    /// Twice the number of each angle's arc, and one more if a kink is within 1e-12 of it.
    void find(const double* angles, Index count, std::int32_t* code) const;

private:
    double buckets_per_angle() const;
    std::size_t bucket(double angle) const;
    void fill_buckets();
    std::int32_t search(std::size_t k, double angle) const;

    std::vector<Kink> kinks_;
    /// Twice the number of kinks in those before, and one more where an angle has to be compared with kinks.
    std::vector<std::int32_t> buckets_;
    std::vector<double> angles_;  ///< of the kinks, between infinite ones
};

}  // namespace widelimit
