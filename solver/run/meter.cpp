// SPDX-License-Identifier: BSD-3-Clause
#include "widelimit/run/meter.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "widelimit/io/log.hpp"

namespace widelimit {
namespace {

double seconds_between(std::chrono::steady_clock::time_point a, std::chrono::steady_clock::time_point b)
{
    return std::chrono::duration<double>(b - a).count();
}

constexpr const char* clear_line = "\r\033[K";

}  // namespace

Meter::Meter(std::string name, double interval)
    : name_(std::move(name)),
      terminal_(isatty(STDERR_FILENO) != 0),
      interval_(terminal_ ? std::min(0.2, interval) : interval)
{}

Meter::~Meter()
{
    if (terminal_ && shown_) {
        std::fputs(clear_line, stderr);
    }
}

bool Meter::due() const
{
    return seconds_between(last_, Watch::now()) >= interval_;
}

void Meter::show(double part, const std::string& detail)
{
    last_ = Watch::now();
    const std::string text = fmt::format("{}: {}, {:.1f} % done{}", name_, detail, 100.0 * part, left(part));
    if (first_ < 0.0) {
        first_ = part;
        begin_ = last_;
    }
    if (terminal_) {
        // Cut to the width of a small terminal: a line that wraps would not be overwritten.
        std::fputs((clear_line + text.substr(0, 79)).c_str(), stderr);
        std::fflush(stderr);
        shown_ = true;
    } else {
        log(LogLevel::info, text);
    }
}

std::string Meter::left(double part) const
{
    if (first_ < 0.0 || !(part > first_)) {
        return "";
    }
    const double rate = (part - first_) / seconds_between(begin_, Watch::now());
    const auto seconds = static_cast<long>(std::ceil((1.0 - part) / rate));
    return fmt::format(", {}:{:02d}:{:02d} left", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace widelimit
