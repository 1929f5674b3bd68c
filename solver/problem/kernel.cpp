// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "widelimit/problem/chosen.hpp"

namespace widelimit {

void Kernel::slope(const Field& z, Field& gradient) const
{
    constexpr double h = 1e-3;
    gradient.resize(z.size());
    Field moved = z;
    const auto at_distance = [&](Index k, double distance) {
        moved[k] = z[k] + distance;
        const double value = at(moved);
        moved[k] = z[k];
        return value;
    };
    for (Index k = 0; k < z.size(); ++k) {
        gradient[k] = (8.0 * (at_distance(k, h) - at_distance(k, -h)) -
                       (at_distance(k, 2.0 * h) - at_distance(k, -2.0 * h))) /
                      (12.0 * h);
    }
}

Registry<KernelEntry>& kernels()
{
    static Registry<KernelEntry> registry("kernel");
    return registry;
}

std::vector<Key> kernel_keys()
{
    return {{"problem.kernel", "named:name", "-", "",
             "interaction K of neurons (widelimit list kernels); none by default"},
            {"problem.kernel.name", "text", "", "", "name of the kernel", "\"gaussian\""},
            {"problem.kernel.on", "text|texts", "-", "", "coordinates that it acts on; all by default"},
            {"problem.kernel.strength", "number", "1.0", "",
             "factor of the kernel; negative: of the other sign"}};
}

void expect_circles(const Settings& kernel, const std::vector<Coordinate>& on)
{
    for (const Coordinate& coordinate : on) {
        if (!coordinate.circle) {
            kernel.fail("name", "the kernel '" + kernel.text("name") + "' is for circles, '" +
                                    coordinate.name + "' is a line");
        }
    }
}

void expect_lines(const Settings& kernel, const std::vector<Coordinate>& on)
{
    for (const Coordinate& coordinate : on) {
        if (coordinate.circle) {
            kernel.fail("name", "the kernel '" + kernel.text("name") + "' is for lines, '" + coordinate.name +
                                    "' is a circle");
        }
    }
}

Index mode_of(double xi, const Coordinate& circle)
{
    return std::lround(xi * (circle.to - circle.from) / (2.0 * std::numbers::pi));
}

namespace {

class Scaled : public Kernel {
public:
    Scaled(double factor, std::unique_ptr<Kernel> kernel) : factor_(factor), kernel_(std::move(kernel)) {}
    double at(const Field& arguments) const override { return factor_ * kernel_->at(arguments); }
    void slope(const Field& z, Field& gradient) const override
    {
        kernel_->slope(z, gradient);
        gradient *= factor_;
    }

private:
    double factor_;
    std::unique_ptr<Kernel> kernel_;
};

Index number_of(const std::string& name, const Settings& kernel, const std::vector<Coordinate>& coordinates)
{
    std::vector<std::string> names;
    for (const Coordinate& coordinate : coordinates) {
        names.push_back(coordinate.name);
    }
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
        kernel.fail("on", "unknown coordinate '" + name + "'; " + suggestion(name, names, "coordinates"));
    }
    return found - names.begin();
}

}  // namespace

std::vector<Index> kernel_coordinates(const Settings& kernel, const std::vector<Coordinate>& coordinates)
{
    std::vector<Index> on;
    if (!kernel.has("on")) {
        on.resize(coordinates.size());
        std::iota(on.begin(), on.end(), Index{0});
        return on;
    }
    for (const std::string& name : kernel.texts("on")) {
        on.push_back(number_of(name, kernel, coordinates));
    }
    std::sort(on.begin(), on.end());
    if (on.empty() || std::adjacent_find(on.begin(), on.end()) != on.end()) {
        kernel.fail("on", "name at least one coordinate, and each of them once");
    }
    return on;
}

std::unique_ptr<Kernel> make_kernel(const Settings& kernel, const std::vector<Coordinate>& on)
{
    for (const Coordinate& coordinate : on) {
        expects(!coordinate.circle || coordinate.from < coordinate.to, "circles that have both their ends");
    }
    std::unique_ptr<Kernel> made = chosen(kernels(), kernel, "name").make(kernel, on);
    const double strength = kernel.number("strength");
    return strength == 1.0 ? std::move(made) : std::make_unique<Scaled>(strength, std::move(made));
}

}  // namespace widelimit
