// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/field.hpp"
#include "widelimit/core/schema.hpp"
#include "widelimit/core/settings.hpp"

namespace widelimit {

/// A function of time, positive or constantly zero: constant c, power c max(t, t0)^p, reciprocal c / (1 + t /
/// t0), or a table of rows [time, value], linear between and constant outside.
class Schedule {
public:
    Schedule() = default;
    Schedule(double constant) : factor_(constant) {}

    double operator()(double t) const;
    bool constant() const { return kind_ == Kind::constant; }
    bool zero() const { return constant() && factor_ == 0.0; }

    /// Reads a number or a table from `key`.
    static Schedule read(const Settings& settings, const std::string& key);
    static std::vector<Key> keys(const std::string& path, const std::string& meaning,
                                 const std::string& fallback = "1.0");

private:
    enum class Kind { constant, power, reciprocal, table };
    Kind kind_ = Kind::constant;
    double factor_ = 1.0;
    double power_ = 0.0;
    double after_ = 1.0;
    Matrix table_;
};

}  // namespace widelimit
