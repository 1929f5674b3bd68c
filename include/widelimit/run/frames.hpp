// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "widelimit/core/grid.hpp"
#include "widelimit/core/layout.hpp"
#include "widelimit/io/netcdf.hpp"

namespace widelimit {

/// The state of a frame of fields.nc, with log mass 0: entries are masses of mu.  ConfigError if the file is
/// of another grid.
Field state_of_frame(const NetcdfReader& file, Index frame, const Grid& grid, const Layout& layout);

}  // namespace widelimit
