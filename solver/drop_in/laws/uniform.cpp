// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include "widelimit/problem/zonal.hpp"

namespace widelimit {
namespace {

/// A law on a part of a circle, continued from turn to turn.
class Arc : public Law {
public:
    Arc(std::unique_ptr<Law> law, const Coordinate& circle)
        : Law(law->from(), law->to()),
          law_(std::move(law)),
          start_(circle.from),
          turn_(circle.to - circle.from)
    {}
    double cdf(double x) const override
    {
        const double turns = std::floor((x - start_) / turn_);
        return turns + law_->cdf(x - turns * turn_);
    }
    double quantile(double q) const override { return law_->quantile(q); }

private:
    std::unique_ptr<Law> law_;
    double start_, turn_;
};

double end_of(const Settings& initial, const std::string& key, double natural)
{
    return std::isnan(natural) || initial.has(key) ? initial.number(key) : natural;
}

std::unique_ptr<Law> make_uniform_law(const Settings& initial, const Coordinate& coordinate)
{
    const double from = end_of(initial, "from", coordinate.from);
    const double to = end_of(initial, "to", coordinate.to);
    if (!(from < to)) {
        initial.fail("from", "must lie below 'to'");
    }
    if (!coordinate.circle || to - from == coordinate.to - coordinate.from) {
        return make_uniform(from, to, coordinate.circle);
    }
    if (from < coordinate.from || to > coordinate.to) {
        initial.fail("from", "the arc must lie within one turn of '" + coordinate.name + "'");
    }
    return std::make_unique<Arc>(make_uniform(from, to, false), coordinate);
}

/// On a sphere of the whole of it.
std::unique_ptr<JointLaw> make_joint_uniform(const Settings& initial,
                                             const std::vector<Coordinate>& coordinates)
{
    if (!on_sphere(coordinates)) {
        return nullptr;
    }
    for (const char* end : {"from", "to"}) {
        if (initial.has(end)) {
            initial.fail(end, "on a sphere the uniform law is that of the whole sphere");
        }
    }
    return make_zonal(initial, coordinates, {});
}

const bool uniform_law_registered =
    laws().add({"uniform",
                "constant density on [from, to], by default on the coordinate's whole range",
                make_uniform_law,
                {{"problem.initial.from", "number", "-", "", "lower end of the uniform law"},
                 {"problem.initial.to", "number", "-", "", "upper end of the uniform law"}},
                make_joint_uniform});

}  // namespace
}  // namespace widelimit
