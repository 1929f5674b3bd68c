// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "widelimit/core/registry.hpp"
#include "widelimit/core/settings.hpp"

namespace widelimit {

/// The function e of an internal energy int e(u / m) m dvol, convex on r >= 0.
class Internal {
public:
    virtual ~Internal() = default;
    virtual double energy(double r) const = 0;
    virtual double slope(double r) const = 0;
    /// e''; may be infinite at 0.
    virtual double curvature(double r) const = 0;
    /// P with P' = r e'' and slope r e'': u grad e'(u / m) = m grad P(u / m).
    virtual double pressure(double r) const = 0;
    virtual double pressure_slope(double r) const = 0;
    /// (P(a) - P(b)) / (e'(a) - e'(b)), between a and b; their arithmetic mean where they are close.
    virtual double mean(double a, double b) const;
    /// r with e'(r) = level, 0 where e' is larger everywhere.
    double ratio_at(double level) const;
};

struct InternalEntry {
    std::string name, meaning;
    /// Reads the table `problem.internal`.
    std::function<std::unique_ptr<Internal>(const Settings&)> make;
    std::vector<Key> keys = {};
};

Registry<InternalEntry>& internals();

/// The rows of `problem.internal` that all of them share.
std::vector<Key> internal_keys();

/// The internal energy of the table `problem.internal`, times its strength.
std::unique_ptr<Internal> make_internal(const Settings& table);

/// e(r) + tau r log r.
std::unique_ptr<Internal> with_entropy(std::shared_ptr<const Internal> internal, double temperature);

}  // namespace widelimit
