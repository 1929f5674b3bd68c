// SPDX-License-Identifier: BSD-3-Clause
#include "kink_order.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widelimit/core/elementary.hpp"
#include "widelimit/core/instructions.hpp"
#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

constexpr double whole_turn = 2.0 * pi, near_a_kink = 1e-12;

/// Angles in [0, 2 pi], 0 if that cannot be said.
WIDELIMIT_WIDE_LOOP void reduce_each(const double* angles, Index count, double* __restrict places)
{
    for (Index k = 0; k < count; ++k) {
        const double turns = angles[k] / whole_turn, nearest = nearest_whole(turns),
                     below = turns < nearest ? nearest - 1.0 : nearest;
        const double place = std::max(0.0, std::min(whole_turn, angles[k] - below * whole_turn));
        places[k] = std::abs(turns) < 1e15 ? place : 0.0;
    }
}

double reduced(double angle)
{
    double place = 0.0;
    reduce_each(&angle, 1, &place);
    return place;
}

}  // namespace

KinkOrder::KinkOrder(const Matrix& inputs)
{
    for (Index i = 0; i < inputs.rows(); ++i) {
        if (inputs.row(i).norm() > 0.0) {
            const double direction = std::atan2(inputs(i, 1), inputs(i, 0));
            kinks_.push_back({reduced(direction - 0.5 * pi), i, true});
            kinks_.push_back({reduced(direction + 0.5 * pi), i, false});
        }
    }
    std::stable_sort(kinks_.begin(), kinks_.end(),
                     [](const Kink& a, const Kink& b) { return a.angle < b.angle; });
    angles_.push_back(-infinite);
    for (const Kink& kink : kinks_) {
        angles_.push_back(kink.angle);
    }
    angles_.push_back(infinite);
    fill_buckets();
}

void KinkOrder::find(const double* angles, Index count, std::int32_t* code) const
{
    constexpr Index at_a_time = 512;
    std::array<double, at_a_time> places;
    const double scale = buckets_per_angle();
    const auto last = static_cast<std::int32_t>(buckets_.size()) - 1;
    for (Index first = 0; first < count; first += at_a_time) {
        const Index some = std::min(at_a_time, count - first);
        reduce_each(angles + first, some, places.data());
        for (Index j = 0; j < some; ++j) {
            const double place = places[static_cast<std::size_t>(j)];
            const auto bucket = std::min(last, static_cast<std::int32_t>(place * scale));
            const std::int32_t entry = buckets_[static_cast<std::size_t>(bucket)];
            code[first + j] = entry % 2 == 0 ? entry : search(static_cast<std::size_t>(entry / 2), place);
        }
    }
}

double KinkOrder::buckets_per_angle() const
{
    return static_cast<double>(buckets_.size()) / whole_turn;
}

std::size_t KinkOrder::bucket(double angle) const
{
    return std::min(buckets_.size() - 1,
                    static_cast<std::size_t>(std::max(0.0, angle) * buckets_per_angle()));
}

/// Most buckets have no kink and none near, so that a processor foresees what is done.
void KinkOrder::fill_buckets()
{
    buckets_.assign(16 * kinks_.size() + 1, 0);
    std::size_t after = 0;
    for (std::size_t k = 0; k < kinks_.size(); ++k) {
        const double angle = kinks_[k].angle;
        for (const std::size_t at = bucket(angle); after <= at; ++after) {
            buckets_[after] |= static_cast<std::int32_t>(2 * k);
        }
        const std::size_t last = bucket(angle + 2.0 * near_a_kink);
        for (std::size_t b = bucket(angle - 2.0 * near_a_kink); b <= last; ++b) {
            buckets_[b] |= 1;
        }
    }
    for (; after < buckets_.size(); ++after) {
        buckets_[after] |= static_cast<std::int32_t>(2 * kinks_.size());
    }
}

/// From the k-th kink on; what cannot be foreseen is no branch, and a third kink in a bucket is rare.
std::int32_t KinkOrder::search(std::size_t k, double angle) const
{
    k += angles_[k + 1] <= angle ? 1 : 0;
    k += angles_[k + 1] <= angle ? 1 : 0;
    while (angles_[k + 1] <= angle) {
        ++k;
    }
    const double gap = std::min(angle - angles_[k], angles_[k + 1] - angle);
    return static_cast<std::int32_t>(2 * k + (gap < near_a_kink ? 1 : 0));
}

}  // namespace widelimit
