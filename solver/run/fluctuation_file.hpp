// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/run/fluctuation_run.hpp"

namespace widelimit {

/// What is predicted, as NetCDF; along (time, node).
void write_fluctuations(const Case& c, const std::string& path, const Predicted& found);

}  // namespace widelimit
