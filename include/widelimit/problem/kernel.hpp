// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"
#include "widelimit/problem/coordinate.hpp"

namespace widelimit {

/// How two neurons act on each other, K(theta - theta') with K(-z) = K(z), on some of the coordinates.
class Kernel {
public:
    virtual ~Kernel() = default;
    /// Its transform along circles and its value along lines, one argument a coordinate: on a circle of
    /// length L a frequency xi = 2 pi j / L, j an integer, where K(z) = sum_j at(xi_j) exp(i xi_j z); on a
    /// line the difference z.  Real, hence even in all frequencies together and in all differences together.
    virtual double at(const Field& arguments) const = 0;
    /// Gradient in the differences where all coordinates are lines; 0 at a kink in z = 0.  By default from
    /// differences of values, good to some eight digits for a kernel that varies over lengths of order one.
    virtual void slope(const Field& z, Field& gradient) const;
};

struct KernelEntry {
    std::string name, meaning;
    /// Reads the table `problem.kernel`, for the coordinates that the kernel acts on; circles among them have
    /// both their ends.
    std::function<std::unique_ptr<Kernel>(const Settings&, const std::vector<Coordinate>&)> make;
    std::vector<Key> keys = {};
};

Registry<KernelEntry>& kernels();

/// The rows of `problem.kernel` that all kernels share.
std::vector<Key> kernel_keys();

/// ConfigError unless all of the coordinates are circles, or all of them lines.
void expect_circles(const Settings& kernel, const std::vector<Coordinate>& on);
void expect_lines(const Settings& kernel, const std::vector<Coordinate>& on);

/// j of the frequency xi = 2 pi j / length on a circle.
Index mode_of(double xi, const Coordinate& circle);

/// Numbers, in ascending order, of the coordinates that `on` of the table `problem.kernel` names; all by
/// default.  ConfigError for unknown and repeated names.
std::vector<Index> kernel_coordinates(const Settings& kernel, const std::vector<Coordinate>& coordinates);

/// The kernel that the table `problem.kernel` describes, times its strength, on just these coordinates;
/// ConfigError with its place if there is none of the name or it does not suit them.
std::unique_ptr<Kernel> make_kernel(const Settings& kernel, const std::vector<Coordinate>& on);

}  // namespace widelimit
