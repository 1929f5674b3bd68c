// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/internal.hpp"

#include <algorithm>

#include "widelimit/problem/chosen.hpp"

namespace widelimit {

Registry<InternalEntry>& internals()
{
    static Registry<InternalEntry> registry("internal energy");
    return registry;
}

double Internal::mean(double a, double b) const
{
    // The difference quotient has lost as many digits here as the expansion leaves out.
    constexpr double close = 1e-5;
    const double difference = slope(a) - slope(b);  // that of tiny values may underflow
    if (std::abs(a - b) <= close * (a + b) || difference == 0.0) {
        return 0.5 * (a + b);
    }
    const double quotient = (pressure(a) - pressure(b)) / difference;
    return std::clamp(quotient, std::min(a, b), std::max(a, b));
}

double Internal::ratio_at(double level) const
{
    double low = 1e-300, high = 1.0;
    if (slope(low) >= level) {
        return 0.0;
    }
    while (slope(high) < level && high < 1e100) {
        low = high;
        high *= 16.0;
    }
    while (true) {
        // Halves of the logarithm far from one another, of the number itself near the end.
        const double middle = high > 4.0 * low ? std::sqrt(low) * std::sqrt(high) : 0.5 * (low + high);
        if (!(low < middle && middle < high)) {
            return middle;
        }
        (slope(middle) < level ? low : high) = middle;
    }
}

std::vector<Key> internal_keys()
{
    return {{"problem.internal", "named:name", "-", "",
             "internal energy int e(u / m) m dvol (widelimit list internals); none by default"},
            {"problem.internal.name", "text", "", "", "name of the internal energy", "\"porous-medium\""},
            {"problem.internal.strength", "number", "1.0", "> 0", "factor of the internal energy"}};
}

namespace {

class Sum : public Internal {
public:
    Sum(double factor, std::shared_ptr<const Internal> internal, double temperature)
        : factor_(factor), internal_(std::move(internal)), temperature_(temperature)
    {}
    double energy(double r) const override
    {
        return factor_ * internal_->energy(r) + (hot() && r > 0.0 ? temperature_ * r * std::log(r) : 0.0);
    }
    double slope(double r) const override
    {
        const double logarithm = hot() ? std::log(std::max(r, 1e-300)) : 0.0;
        return factor_ * internal_->slope(r) + temperature_ * (1.0 + logarithm);
    }
    double curvature(double r) const override
    {
        return factor_ * internal_->curvature(r) + (hot() ? temperature_ / r : 0.0);
    }
    double pressure(double r) const override { return factor_ * internal_->pressure(r) + temperature_ * r; }
    double pressure_slope(double r) const override
    {
        return factor_ * internal_->pressure_slope(r) + temperature_;
    }
    double mean(double a, double b) const override
    {
        return hot() ? Internal::mean(a, b) : internal_->mean(a, b);
    }

private:
    bool hot() const { return temperature_ > 0.0; }

    double factor_;
    std::shared_ptr<const Internal> internal_;
    double temperature_;
};

}  // namespace

std::unique_ptr<Internal> make_internal(const Settings& table)
{
    std::unique_ptr<Internal> made = chosen(internals(), table, "name").make(table);
    const double strength = table.number("strength");
    return strength == 1.0 ? std::move(made) : std::make_unique<Sum>(strength, std::move(made), 0.0);
}

std::unique_ptr<Internal> with_entropy(std::shared_ptr<const Internal> internal, double temperature)
{
    return std::make_unique<Sum>(1.0, std::move(internal), temperature);
}

}  // namespace widelimit
