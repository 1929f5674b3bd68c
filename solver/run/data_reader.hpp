// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "widelimit/core/settings.hpp"
#include "widelimit/problem/data.hpp"

namespace widelimit {

/// Reads inputs and targets of a task with names from the CSV file that `key` of [data] names.
void read_columns(const Settings& section, const std::string& key, Data& data);

}  // namespace widelimit
