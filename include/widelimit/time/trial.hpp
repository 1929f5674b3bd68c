// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace widelimit {

/// What is said of a step that was tried: by its stepper, and by the guards that look at its result.
struct Trial {
    /// Why it must not be taken; empty if it may.
    std::string refused = {};
    /// Taken by the parts' robust steps of first order, because the accurate ones made a mass negative.
    bool fell_back = false;
    /// Estimated error over the tolerance; 0 where nothing is estimated.
    double error = 0.0;

    /// NaN is no good estimate either.
    bool too_inaccurate() const { return !(error <= 1.0); }
};

}  // namespace widelimit
