// SPDX-License-Identifier: BSD-3-Clause
#include <boost/math/special_functions/beta.hpp>

#include "widelimit/problem/law.hpp"

namespace widelimit {
namespace {

/// One coordinate m of a uniform point on the unit sphere of R^d: density proportional to
/// (1 - m^2)^((d - 3) / 2), so that (1 + m) / 2 has the beta law with both parameters (d - 1) / 2.
class IndexLaw : public Law {
public:
    explicit IndexLaw(double dimension) : Law(-1.0, 1.0), shape_(0.5 * (dimension - 1.0)) {}

    double cdf(double m) const override { return m < 0.0 ? below(m) : 1.0 - below(-m); }
    double between(double lower, double upper) const override
    {
        if (lower > 0.0) {
            return below(-lower) - below(-upper);
        }
        return upper < 0.0 ? below(upper) - below(lower) : 1.0 - below(lower) - below(-upper);
    }
    double quantile(double q) const override
    {
        return q > 0.5 ? -quantile(1.0 - q) : 2.0 * boost::math::ibeta_inv(shape_, shape_, q) - 1.0;
    }

private:
    double below(double m) const
    {
        return m <= -1.0 ? 0.0 : m >= 1.0 ? 1.0 : boost::math::ibeta(shape_, shape_, 0.5 * (1.0 + m));
    }

    double shape_;
};

std::unique_ptr<Law> make_index_law(const Settings& initial, const Coordinate& coordinate)
{
    if (coordinate.from != -1.0 || coordinate.to != 1.0) {
        initial.fail("law",
                     "the law 'index' is for a coordinate on [-1, 1], not for '" + coordinate.name + "'");
    }
    return std::make_unique<IndexLaw>(static_cast<double>(initial.integer("dimension")));
}

const bool index_law_registered = laws().add(
    {"index",
     "one coordinate of a uniform direction in R^d, density proportional to (1 - m^2)^((d - 3) / 2)",
     make_index_law,
     {{"problem.initial.dimension", "integer", "10", "[2, 1000000]", "dimension d of the directions"}}});

}  // namespace
}  // namespace widelimit
