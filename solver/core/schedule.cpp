// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/core/schedule.hpp"

#include <algorithm>
#include <cmath>

namespace widelimit {
namespace {

double interpolate(const Matrix& table, double t)
{
    const Index rows = table.rows();
    if (t <= table(0, 0)) {
        return table(0, 1);
    }
    for (Index k = 1; k < rows; ++k) {
        if (t <= table(k, 0)) {
            const double part = (t - table(k - 1, 0)) / (table(k, 0) - table(k - 1, 0));
            return table(k - 1, 1) + part * (table(k, 1) - table(k - 1, 1));
        }
    }
    return table(rows - 1, 1);
}

}  // namespace

double Schedule::operator()(double t) const
{
    switch (kind_) {
        case Kind::constant:
            return factor_;
        case Kind::power:
            return factor_ * std::pow(std::max(t, after_), power_);
        case Kind::reciprocal:
            return factor_ / (1.0 + t / after_);
        case Kind::table:
            return interpolate(table_, t);
    }
    return factor_;
}

Schedule Schedule::read(const Settings& settings, const std::string& key)
{
    if (settings.value(key).kind() != Value::Kind::table) {
        return Schedule(settings.number(key));
    }
    Schedule schedule;
    const Settings table = settings.table(key);
    if (table.has("rows")) {
        schedule.kind_ = Kind::table;
        schedule.table_ = table.matrix("rows");
        if (schedule.table_.cols() != 2 || schedule.table_.rows() < 1) {
            table.fail("rows", "expected rows [time, value]");
        }
        for (Index k = 0; k < schedule.table_.rows(); ++k) {
            if (!(schedule.table_(k, 1) >= 0.0) ||
                (k > 0 && schedule.table_(k, 0) <= schedule.table_(k - 1, 0))) {
                table.fail("rows", "times must increase and values be at least 0");
            }
        }
    } else if (table.has("power")) {
        schedule.kind_ = Kind::power;
        schedule.power_ = table.number("power");
        schedule.factor_ = table.number("factor");
        schedule.after_ = table.has("from") ? table.number("from") : 0.0;
        if (schedule.power_ < 0.0 && schedule.after_ == 0.0) {
            table.fail("power",
                       "t^p is infinite at 0: give the time `from` on which it holds, before which "
                       "its value is that at `from`");
        }
    } else {
        schedule.kind_ = Kind::reciprocal;
        schedule.factor_ = table.number("reciprocal");
        schedule.after_ = table.number("after");
    }
    return schedule;
}

std::vector<Key> Schedule::keys(const std::string& path, const std::string& meaning,
                                const std::string& fallback)
{
    return {{path, "number|table", fallback, fallback == "0.0" ? ">= 0" : "",
             meaning + "; a number, or a table with the keys below"},
            {path + ".power", "number", "-", "", "exponent p of factor * t^p"},
            {path + ".from", "number", "-", "> 0",
             "time before which t^p is constant; needed where it is infinite at 0"},
            {path + ".factor", "number", "1.0", "> 0", "factor of t^p"},
            {path + ".reciprocal", "number", "-", "> 0", "c of c / (1 + t / after)"},
            {path + ".after", "number", "1.0", "> 0", "t0 of c / (1 + t / t0)"},
            {path + ".rows", "matrix", "-", "", "rows [time, value], linear between"}};
}

}  // namespace widelimit
