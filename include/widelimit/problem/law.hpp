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

/// A probability law of one coordinate.
class Law {
public:
    virtual ~Law() = default;
    /// P(X <= x).  On a circle defined on [from, to] and continued by one per turn.
    virtual double cdf(double x) const = 0;
    /// P(lower < X <= upper).  A difference of `cdf` unless a law knows better: far above its centre both
    /// terms are 1 up to round-off, though the mass between may be known to every digit.
    virtual double between(double lower, double upper) const;
    /// Least x with cdf(x) >= q, 0 < q < 1; a uniform q gives a draw.  By default found by bisection of `cdf`
    /// on [from, to].
    virtual double quantile(double q) const;

    double from() const { return from_; }
    double to() const { return to_; }

protected:
    /// The interval that carries the law up to round-off.
    Law(double from, double to) : from_(from), to_(to) {}

private:
    double from_, to_;
};

struct LawEntry {
    std::string name, meaning;
    /// Reads the table `problem.initial`.
    std::function<std::unique_ptr<Law>(const Settings&, const Coordinate&)> make;
    std::vector<Key> keys = {};
};

Registry<LawEntry>& laws();

/// Constant density on [from, to]; on a circle `to` is the same place as `from`.
std::unique_ptr<Law> make_uniform(double from, double to, bool circle);
/// Normal law; accurate in both tails.
std::unique_ptr<Law> make_gaussian(double mean, double deviation);

/// Reads `initial` = { law = "...", ... }; ConfigError with its place for an unknown law.  Where the case
/// names none the law is `fallback`, with the parameters that the case gives.
std::unique_ptr<Law> make_law(const Settings& initial, const Coordinate& coordinate,
                              const std::string& fallback = "");

}  // namespace widelimit
