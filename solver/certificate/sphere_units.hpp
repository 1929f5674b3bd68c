// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "widelimit/certificate/units.hpp"

namespace widelimit {

/// Positively homogeneous units whose places are directions on S^2.
std::unique_ptr<Units> make_sphere_units(const Problem& problem);

}  // namespace widelimit
