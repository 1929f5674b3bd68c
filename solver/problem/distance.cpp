// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/distance.hpp"

#include <algorithm>

#include "widelimit/core/numbers.hpp"

namespace widelimit {
namespace {

class Distance : public Kernel {
public:
    double at(const Field& z) const override { return -z.norm(); }
    void slope(const Field& z, Field& gradient) const override
    {
        const double distance = z.norm();
        gradient = -(distance > 0.0 ? 1.0 / distance : 0.0) * z;
    }
};

class Chord : public Kernel {
public:
    explicit Chord(Coordinate circle) : circle_(std::move(circle)) {}
    double at(const Field& xi) const override
    {
        const auto j = static_cast<double>(mode_of(xi[0], circle_));
        return 2.0 * (circle_.to - circle_.from) / (pi * pi) / (4.0 * j * j - 1.0);
    }

private:
    Coordinate circle_;
};

}  // namespace

std::unique_ptr<Kernel> make_distance(const std::vector<Coordinate>& on)
{
    if (on.size() == 1 && on[0].circle) {
        return std::make_unique<Chord>(on[0]);
    }
    const bool circles = std::any_of(on.begin(), on.end(), [](const Coordinate& c) { return c.circle; });
    return circles ? nullptr : std::make_unique<Distance>();
}

}  // namespace widelimit
