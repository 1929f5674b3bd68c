// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/problem/kernel.hpp"

#include <algorithm>
#include <numeric>

#include "widelimit/problem/chosen.hpp"

namespace widelimit {

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
            {"problem.kernel.on", "text|texts", "-", "", "coordinates that it acts on; all by default"}};
}

namespace {

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
    return chosen(kernels(), kernel, "name").make(kernel, on);
}

}  // namespace widelimit
