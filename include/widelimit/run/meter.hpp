// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <string>

namespace widelimit {

/// Tells how far a long piece of work is and when it will be done: on a terminal one line that is written
/// anew five times a second and vanishes at the end, elsewhere a line of the log every `interval` seconds.
class Meter {
public:
    Meter(std::string name, double interval);
    ~Meter();
    Meter(const Meter&) = delete;
    Meter& operator=(const Meter&) = delete;

    /// Whether it is time for another line: then call show().
    bool due() const;
    /// `part` of the work, 0 to 1, is done; the time left follows from what this process has done of it.
    void show(double part, const std::string& detail);

private:
    using Watch = std::chrono::steady_clock;

    std::string left(double part) const;

    std::string name_;
    bool terminal_, shown_ = false;
    double interval_;
    double first_ = -1.0;  ///< part that was done when it was first asked
    Watch::time_point begin_ = Watch::now(), last_ = begin_;
};

}  // namespace widelimit
