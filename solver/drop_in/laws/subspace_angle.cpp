// SPDX-License-Identifier: BSD-3-Clause
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numbers>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// The angle between a uniform direction in R^d and a subspace: sin^2 has the beta law with the parameters
/// (d - dim) / 2 and dim / 2.
class SubspaceAngle : public Law {
public:
    SubspaceAngle(double within, double across)
        : Law(0.0, 0.5 * std::numbers::pi), within_(0.5 * within), across_(0.5 * across)
    {}
    double cdf(double x) const override
    {
        if (x <= 0.0 || x >= to()) {
            return x <= 0.0 ? 0.0 : 1.0;
        }
        const double sine = std::sin(x);
        return boost::math::ibeta(across_, within_, sine * sine);
    }
    double between(double lower, double upper) const override
    {
        return cdf(lower) < 0.5 ? cdf(upper) - cdf(lower) : above(lower) - above(upper);
    }

private:
    double above(double x) const
    {
        const double cosine = std::cos(x);
        return x >= to() ? 0.0 : x <= 0.0 ? 1.0 : boost::math::ibeta(within_, across_, cosine * cosine);
    }

    double within_, across_;
};

std::unique_ptr<Law> make_subspace_angle_law(const Settings& initial, const Coordinate& coordinate)
{
    if (coordinate.from != 0.0 || coordinate.to != 0.5 * std::numbers::pi) {
        initial.fail("law", "the law 'subspace-angle' is for an angle on [0, pi / 2], not for '" +
                                coordinate.name + "'");
    }
    const Index d = initial.integer("space"), within = initial.integer("subspace");
    if (within >= d) {
        initial.fail("subspace", "expected less than the " + std::to_string(d) + " dimensions of the space");
    }
    return std::make_unique<SubspaceAngle>(static_cast<double>(within), static_cast<double>(d - within));
}

const bool subspace_angle_law_registered =
    laws().add({"subspace-angle",
                "angle between a uniform direction in a space and a subspace of it",
                make_subspace_angle_law,
                {{"problem.initial.space", "integer", "30", "[2, 100000]", "dimension of the space"},
                 {"problem.initial.subspace", "integer", "5", ">= 1", "dimension of the subspace"}}});

}  // namespace
}  // namespace widelimit
