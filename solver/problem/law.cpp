// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/law.hpp"

#include <algorithm>

namespace widelimit {
namespace {

class Uniform : public Law {
public:
    Uniform(double from, double to, bool circle) : Law(from, to), circle_(circle) {}

    double cdf(double x) const override
    {
        const double part = (x - from()) / (to() - from());
        return circle_ ? part : std::clamp(part, 0.0, 1.0);
    }
    double quantile(double q) const override { return from() + q * (to() - from()); }

private:
    bool circle_;
};

}  // namespace

std::unique_ptr<Law> make_uniform(double from, double to, bool circle)
{
    return std::make_unique<Uniform>(from, to, circle);
}


Registry<LawEntry>& laws()
{
    static Registry<LawEntry> registry("law");
    return registry;
}

double Law::quantile(double q) const
{
    double low = from(), high = to();
    while (true) {
        const double middle = 0.5 * (low + high);
        if (!(low < middle && middle < high)) {
            return middle;
        }
        (cdf(middle) >= q ? high : low) = middle;
    }
}

std::unique_ptr<Law> make_law(const Settings& initial, const Coordinate& coordinate)
{
    const std::string name = initial.text("law");
    if (laws().all().count(name) == 0) {
        try {
            laws().find(name);
        } catch (const ConfigError& error) {
            initial.fail("law", error.what());
        }
    }
    return laws().find(name).make(initial, coordinate);
}

}  // namespace widelimit
