// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/core/field.hpp"

namespace widelimit {

/// x = mean + deviation * z.
struct Scale {
    double mean = 0.0;
    double deviation = 1.0;

    double standard(double x) const { return (x - mean) / deviation; }
    double natural(double z) const { return mean + deviation * z; }
};

/// A regression or classification task, or points without a target, in the units in which it is solved.
/// `scales` lead back to the data's own units (deviation: root of the mean square, not the unbiased
/// estimate).
struct Data {
    std::string file;
    std::vector<std::string> names;  ///< of the inputs
    std::string target_name;
    std::vector<std::string> units;  ///< of the inputs; "" where none is given
    std::string target_unit;
    Matrix inputs;              ///< rows x inputs
    Field targets;              ///< one a row; empty for points
    std::vector<Scale> scales;  ///< of the inputs
    Scale target_scale;
    bool labels = false;  ///< targets are -1 and +1
};

}  // namespace widelimit
