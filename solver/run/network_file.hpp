// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "widelimit/run/case.hpp"
#include "widelimit/run/ensemble.hpp"

namespace widelimit {

/// particles.nc: one row a network, its neurons at the end one after the other.  `reference` holds the grid's
/// predictions (times x nodes), empty without a grid.
void write_networks(const Case& c, const std::string& directory, const std::vector<double>& times,
                    const std::vector<NetworkSpec>& specs, const std::vector<NetworkResult>& results,
                    const Matrix& reference);

}  // namespace widelimit
