// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/law.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "widelimit/problem/chosen.hpp"

namespace widelimit {
namespace {

class Uniform : public Law {
public:
    Uniform(double from, double to, bool circle) : Law(from, to), circle_(circle) {}

    double cdf(double x) const override { return place(x) / (to() - from()); }
    double between(double lower, double upper) const override
    {
        return (place(upper) - place(lower)) / (to() - from());
    }
    double quantile(double q) const override { return from() + q * (to() - from()); }

private:
    double place(double x) const { return circle_ ? x - from() : std::clamp(x, from(), to()) - from(); }

    bool circle_;
};

class Gaussian : public Law {
public:
    Gaussian(double mean, double deviation)
        : Law(mean - 12.0 * deviation, mean + 12.0 * deviation),
          mean_(mean),
          scale_(1.0 / (deviation * std::numbers::sqrt2))
    {}
    double cdf(double x) const override { return 0.5 * std::erfc(scale_ * (mean_ - x)); }
    double between(double lower, double upper) const override
    {
        const double a = scale_ * (lower - mean_), b = scale_ * (upper - mean_);
        if (a > 0.0) {
            return 0.5 * (std::erfc(a) - std::erfc(b));
        }
        return b < 0.0 ? 0.5 * (std::erfc(-b) - std::erfc(-a)) : 0.5 * (std::erf(b) - std::erf(a));
    }

private:
    double mean_, scale_;
};

}  // namespace

std::unique_ptr<Law> make_uniform(double from, double to, bool circle)
{
    return std::make_unique<Uniform>(from, to, circle);
}

std::unique_ptr<Law> make_gaussian(double mean, double deviation)
{
    return std::make_unique<Gaussian>(mean, deviation);
}

Registry<LawEntry>& laws()
{
    static Registry<LawEntry> registry("law");
    return registry;
}

double Law::between(double lower, double upper) const
{
    return cdf(upper) - cdf(lower);
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

std::unique_ptr<Law> make_law(const Settings& initial, const Coordinate& coordinate,
                              const std::string& fallback)
{
    const std::string name = initial.has("law") || fallback.empty() ? initial.text("law") : fallback;
    return chosen(laws(), name, initial, "law").make(initial, coordinate);
}

}  // namespace widelimit
