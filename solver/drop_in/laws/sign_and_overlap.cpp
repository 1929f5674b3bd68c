// SPDX-License-Identifier: BSD-3-Clause
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numbers>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// Direction of (a, s) where a = 1 or -1 and s is one coordinate of a uniform direction in R^d, every pair
/// counted a^2 + s^2 times.  With F_d the distribution of s,
///
///     E[1 + s^2; s <= b] = 2 F_d(b) - (1 - 1/d) F_(d+2)(b).
class SignAndOverlap : public Law {
public:
    explicit SignAndOverlap(double dimension) : Law(0.0, 2.0 * std::numbers::pi), dimension_(dimension) {}
    double cdf(double x) const override
    {
        const double turns = std::floor(x / to()), angle = x - turns * to();
        const double half = std::round(angle / std::numbers::pi);
        return turns + 0.5 * half + 0.5 * (below(angle - half * std::numbers::pi) - 0.5);
    }

private:
    /// Share of the pairs with a = 1 whose angle, within a quarter of a turn of 0, is at most this.
    double below(double angle) const
    {
        const double quarter = 0.25 * std::numbers::pi;
        if (std::abs(angle) >= quarter) {
            return angle > 0.0 ? 1.0 : 0.0;
        }
        const double b = std::tan(angle), part = 1.0 - 1.0 / dimension_;
        return (2.0 * distribution(b, dimension_) - part * distribution(b, dimension_ + 2.0)) / (2.0 - part);
    }
    static double distribution(double b, double dimension)
    {
        const double shape = 0.5 * (dimension - 1.0);
        return boost::math::ibeta(shape, shape, 0.5 * (1.0 + b));
    }

    double dimension_;
};

std::unique_ptr<Law> make_sign_and_overlap_law(const Settings& initial, const Coordinate& coordinate)
{
    if (!coordinate.circle || coordinate.from != 0.0 ||
        std::abs(coordinate.to - 2.0 * std::numbers::pi) > 1e-12) {
        initial.fail("law", "the law 'sign-and-overlap' is for the circle [0, 2 pi), not for '" +
                                coordinate.name + "'");
    }
    return std::make_unique<SignAndOverlap>(static_cast<double>(initial.integer("dimension")));
}

const bool sign_and_overlap_law_registered = laws().add(
    {"sign-and-overlap",
     "direction of (a, s), a = 1 or -1 and s one coordinate of a uniform direction in R^d, weighted by 1 + "
     "s^2",
     make_sign_and_overlap_law,
     {{"problem.initial.dimension", "integer", "10", "[2, 1000000]", "dimension d of the directions"}}});

}  // namespace
}  // namespace widelimit
